import { Stack } from '@mantine/core';
import type { System } from '../api/types.js';
import { count } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { lasting } from '../elements/time.js';
import { Explained } from './explained.js';

const seconds = (value: number): string =>
  value === 0 ? 'None' : value < 10 ? `${value.toFixed(1)} s` : lasting(value);
const milliseconds = (value: number): string => (value < 10_000 ? `${count(value)} ms` : lasting(value / 1_000));

/** How late things are, who holds what, and what nobody knows. */
export function Machinery({ system }: { system: System }) {
  const { concerns, lag, leases, in_doubt, fenced_writes } = system;
  const has = (code: System['concerns'][number]['code']) => concerns.some((concern) => concern.code === code);
  return (
    <Panel title="How it goes">
      <Stack gap="sm">
        <Explained
          name="Runs open late by"
          value={lag.opened_median_ms === null ? '–' : milliseconds(lag.opened_median_ms)}
        >
          {lag.opened_worst_ms === null
            ? 'No run has opened yet.'
            : `Half of the latest ${count(lag.opened_runs)} were no later; the latest of them by ${milliseconds(lag.opened_worst_ms)}. After an outage more is natural.`}
        </Explained>
        <Explained name="Waiting to open" value={seconds(lag.opening_seconds)} worrying={has('OPENING_LATE')}>
          How long the campaign due longest has waited. Worry beyond 5 s: nothing opens.
        </Explained>
        <Explained name="Waiting for a sender" value={seconds(lag.sending_seconds)} worrying={has('SENDING_LATE')}>
          How long the recipients due longest have waited. Worry beyond a minute: the senders are busy, or an account
          takes nothing.
        </Explained>
        <Explained name="Waiting to be told" value={seconds(lag.webhook_seconds)} worrying={has('WEBHOOKS_LATE')}>
          How long what is due longest to a webhook has waited. Worry beyond five minutes.
        </Explained>
        <Explained name="Batches in hand" value={count(leases.held)}>
          What senders hold by leases that they renew; up to 500 recipients each.
        </Explained>
        <Explained name="Expired leases" value={count(leases.expired)} worrying={has('LEASES_EXPIRED')}>
          Of processes that stopped without a word. Taken back within seconds; worry when it stays.
        </Explained>
        <Explained name="Recipients in doubt" value={count(in_doubt)} worrying={has('IN_DOUBT')}>
          Handed over, and the answer was lost. Settle them on the screens of their runs.
        </Explained>
        <Explained name="Fenced writes" value={count(fenced_writes)}>
          Records refused because another process had taken over, since the process that answers you started. A few
          after a stall are the fence at work; worry when they grow.
        </Explained>
      </Stack>
    </Panel>
  );
}
