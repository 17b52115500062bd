import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { WEBHOOK_EVENTS, type WebhookEvent } from '../../../webhooks/domain/webhook-event.js';
import { api, body } from '../api/client.js';
import { fieldErrors, wordsOf } from '../api/problem.js';
import { Form } from '../elements/form.js';

/** What each event says, in the words of people. */
const WORDS: Record<WebhookEvent, string> = {
  'run.completed': 'A run ended',
  'delivery.failed': 'Messages failed',
  'contact.unsubscribed': 'Somebody unsubscribed',
};

/** A form for another endpoint; its secret goes to `onMade`. */
export function NewWebhook({ onMade }: { onMade: (secret: string) => void }) {
  const queries = useQueryClient();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [events, setEvents] = useState<WebhookEvent[]>(['run.completed']);
  const make = useMutation({
    mutationFn: () =>
      body(api.POST('/webhooks', { body: { url: url.trim(), events, description: description.trim() || null } })),
    onSuccess: ({ secret }) => {
      setUrl('');
      setDescription('');
      onMade(secret);
      return queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  return (
    <Form onSubmit={() => make.mutate()} busy={make.isPending} again>
      <Stack gap="xs">
        <Group gap="xs" align="flex-start">
          <TextInput
            aria-label="URL of the endpoint"
            placeholder="https://crm.example/hooks/campanile"
            flex="2 1 18rem"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            error={fieldErrors(make.error).url ?? (make.error ? wordsOf(make.error) : undefined)}
          />
          <TextInput
            aria-label="What the endpoint is for"
            placeholder="What it is for, e.g. CRM"
            flex="1 1 10rem"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Button type="submit" loading={make.isPending} disabled={url.trim() === '' || events.length === 0}>
            Add an endpoint
          </Button>
        </Group>
        <Checkbox.Group
          aria-label="What it is told"
          value={events}
          onChange={(value) => setEvents(value as WebhookEvent[])}
        >
          <Group gap="md">
            {WEBHOOK_EVENTS.map((event) => (
              <Checkbox key={event} size="xs" value={event} label={WORDS[event]} />
            ))}
          </Group>
        </Checkbox.Group>
      </Stack>
    </Form>
  );
}
