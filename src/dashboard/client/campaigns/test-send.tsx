import { Button, Checkbox, Select, Stack, TagsInput, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors } from '../api/problem.js';
import type { Campaign, Channel, TestSendResult } from '../api/types.js';
import { ContactChoice, useContactChoice } from '../contacts/contact-choice.js';
import { Form } from '../elements/form.js';
import { Needs } from '../elements/needs.js';
import { Panel } from '../elements/panel.js';
import { Dot } from '../elements/status.js';
import { Trouble } from '../elements/trouble.js';

const ADDRESSES: Record<Channel, string> = {
  email: 'Up to ten addresses; they need not be contacts. Enter takes one.',
  sms: 'Up to ten numbers; they need not be contacts. Enter takes one.',
  push: 'A subscription as JSON, as a browser gives it. Enter takes it.',
};
/** What ends one of several: a telephone number has spaces in it, a subscription has everything. */
const SEPARATORS: Record<Channel, string[]> = { email: [',', ';', ' '], sms: [',', ';'], push: [] };
const LOOKS: Record<TestSendResult['outcome'], [colour: string, words: string]> = {
  sent: ['var(--sent)', 'Accepted'],
  rejected: ['var(--failed)', 'Rejected'],
  deferred: ['var(--in-doubt)', 'Put off'],
  unknown: ['var(--in-doubt)', 'Perhaps accepted'],
};

/** Sends the message to somebody who looks at it first, written as for a contact; tells what the provider said. */
export function TestSend({ campaign }: { campaign: Campaign }) {
  const { id, channel, variants } = campaign;
  const [to, setTo] = useState<string[]>([]);
  const [variant, setVariant] = useState(variants?.[0]?.name);
  const [mark, setMark] = useState(true);
  const choice = useContactChoice(campaign.target_segment ?? campaign.include?.[0] ?? null);
  const send = useMutation({
    mutationFn: () =>
      body(
        api.POST('/campaigns/{id}/test-send', {
          params: { path: { id } },
          body: { to, variant, mark, contact_id: choice.contact?.id },
        }),
      ),
  });
  const wrong = Object.entries(fieldErrors(send.error)).filter(([field]) => field === 'to' || field.startsWith('to/'));
  return (
    <Panel title="Send a test">
      <Needs scope="write">
        <Form onSubmit={() => send.mutate()} busy={send.isPending}>
          <Stack gap="sm">
            <TagsInput
              label="To"
              description={ADDRESSES[channel]}
              maxTags={10}
              acceptValueOnBlur
              splitChars={SEPARATORS[channel]}
              value={to}
              onChange={setTo}
              error={wrong.length > 0 && wrong.map(([field, message]) => <div key={field}>{message}</div>)}
            />
            {variants !== null && (
              <Select
                label="Which variant"
                size="xs"
                allowDeselect={false}
                data={variants.map(({ name }) => name)}
                value={variant ?? null}
                onChange={(name) => setVariant(name ?? undefined)}
              />
            )}
            <ContactChoice label="Written as for" choice={choice} />
            {channel !== 'sms' && (
              <Checkbox
                size="xs"
                label="Begin the subject with [Test]"
                checked={mark}
                onChange={(event) => setMark(event.currentTarget.checked)}
              />
            )}
            {wrong.length === 0 && <Trouble error={send.error} />}
            <Button type="submit" variant="default" w="fit-content" disabled={to.length === 0} loading={send.isPending}>
              Send the test
            </Button>
            <div role="status">
              {send.data?.results.map((result) => (
                <Result key={result.to} result={result} provider={send.data.provider} />
              ))}
            </div>
          </Stack>
        </Form>
      </Needs>
    </Panel>
  );
}

function Result({ result, provider }: { result: TestSendResult; provider: string }) {
  const { to, outcome, code, response, provider_message_id: number } = result;
  const words = [code, response, number !== null && `as ${number}`].filter(Boolean).join(' · ');
  return (
    <div>
      <Text size="sm" fw={550} component="div">
        <Dot wrap colour={LOOKS[outcome][0]}>{`${LOOKS[outcome][1]} by ${provider}: ${to}`}</Dot>
      </Text>
      <Text size="xs" c="dimmed" pl={17}>
        {words || 'The provider said nothing.'}
      </Text>
    </div>
  );
}
