import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import { wordsOf } from '../api/problem.js';
import { Form } from '../elements/form.js';
import { Dot } from '../elements/status.js';

/** Sends one real message through an account, and says what became of it. */
export function ProviderTest({ id, name }: { id: number; name: string }) {
  const [to, setTo] = useState('');
  const test = useMutation({
    mutationFn: () => body(api.POST('/providers/{id}/test', { params: { path: { id } }, body: { to: to.trim() } })),
  });
  return (
    <Form onSubmit={() => test.mutate()} busy={test.isPending}>
      <Group gap="xs">
        <TextInput
          size="xs"
          w={220}
          aria-label={`To whom a test of ${name} goes`}
          placeholder="Your own address"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button size="xs" variant="default" type="submit" loading={test.isPending} disabled={to.trim() === ''}>
          Send a test
        </Button>
      </Group>
      <Text size="xs" component="div" mih="1.5em" aria-live="polite">
        {test.data && (
          <Dot wrap colour={test.data.outcome === 'sent' ? 'var(--sent)' : 'var(--failed)'}>
            {[test.data.outcome, test.data.code, test.data.response].filter((part) => part !== null).join(': ')}
          </Dot>
        )}
        {test.error && wordsOf(test.error)}
      </Text>
    </Form>
  );
}
