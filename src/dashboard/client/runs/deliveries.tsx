import { SegmentedControl, Skeleton, Table, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Channel, Delivery, Outcome, Run } from '../api/types.js';
import { wordsOfCode } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { LongRows } from '../elements/long-rows.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { StatusDot } from '../elements/status.js';
import { Trouble } from '../elements/trouble.js';
import { useFollowed } from '../elements/use-followed.js';
import { ExplanationDrawer } from './explanation-drawer.js';
import { deliveriesQuery, isGoing } from './run-queries.js';

const CHOICES = [
  { value: 'all', label: 'All' },
  { value: 'sent', label: 'Sent' },
  { value: 'failed', label: 'Failed' },
  { value: 'skipped', label: 'Skipped' },
  { value: 'in_doubt', label: 'In doubt' },
];

const isOutcome = (text: string | undefined): text is Outcome =>
  text !== undefined && ['sent', 'failed', 'skipped', 'in_doubt'].includes(text);

/** What became of whom, by outcome; both that and whose way is explained stand in the address. */
export function Deliveries({ run }: { run: Run }) {
  const search = useSearch({ from: '/runs/$runId' });
  const navigate = useNavigate({ from: '/runs/$runId' });
  const outcome = isOutcome(search.outcome) ? search.outcome : undefined;
  const query = useInfiniteQuery(deliveriesQuery(run.id, outcome));
  const { sent, failed, skipped, in_doubt } = run;
  useFollowed(JSON.stringify([run.status, sent, failed, skipped, in_doubt]), ['runs', run.id, 'deliveries']);
  const explained = /^\d+$/.test(search.contact ?? '') ? Number(search.contact) : null;
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  const explain = (contactId: number | null) => set({ contact: contactId === null ? undefined : String(contactId) });
  const rows = query.data?.pages.flatMap((part) => part.rows);
  return (
    <Panel
      title="Deliveries"
      flush
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Outcome"
          data={CHOICES}
          value={outcome ?? 'all'}
          onChange={(value) => set({ outcome: value === 'all' ? undefined : value })}
        />
      }
    >
      <Trouble error={query.error} />
      {rows === undefined ? (
        <Skeleton height={300} radius={0} />
      ) : rows.length === 0 ? (
        <Text c="dimmed" ta="center" p="lg">
          {isGoing(run.status) ? 'Nobody yet.' : 'Nobody.'}
        </Text>
      ) : (
        <DeliveryRows rows={rows} channel={run.channel} onExplain={explain} />
      )}
      <More query={query} />
      <ExplanationDrawer run={run} contactId={explained} onClose={() => explain(null)} />
    </Panel>
  );
}

const COLUMNS: [string, string][] = [
  ['Contact', '28%'],
  ['Outcome', '7.5rem'],
  ['Reason', '28%'],
  ['Tries', '4.5rem'],
  ['When', '9rem'],
  ['', '6rem'],
];

/** Who it went to, by the address of the channel; a browser has none to read. */
function recipientOf({ contact_id, email, phone }: Delivery, channel: Channel): string {
  return (channel === 'sms' ? phone : (email ?? phone)) ?? `Contact ${contact_id}`;
}

/** Whether the provider's last words are about how it ended: who was sent to after all has none, and who was left out others. */
const isTold = ({ outcome }: Delivery): boolean => outcome === 'failed' || outcome === 'in_doubt';

interface Shown {
  rows: Delivery[];
  channel: Channel;
  onExplain: (contactId: number) => void;
}

function DeliveryRows({ rows, channel, onExplain }: Shown) {
  return (
    <LongRows
      label="Deliveries"
      minWidth={860}
      narrow="stack"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ contact_id }) => contact_id}
      cells={(delivery) => (
        <>
          <Table.Td>
            <TextLink to="/contacts/$contactId" params={{ contactId: String(delivery.contact_id) }}>
              {recipientOf(delivery, channel)}
            </TextLink>
          </Table.Td>
          <Table.Td>
            <StatusDot status={delivery.outcome} />
          </Table.Td>
          <Table.Td>
            {delivery.reason === null ? '–' : wordsOfCode(delivery.reason)}
            {isTold(delivery) && (
              <Text size="xs" c="dimmed" lineClamp={1}>
                {delivery.failed_attempts.at(-1)?.response}
              </Text>
            )}
          </Table.Td>
          <Table.Td>{delivery.attempts}</Table.Td>
          <Table.Td>
            <Moment past at={delivery.at} />
          </Table.Td>
          <Table.Td ta="right">
            <UnstyledButton
              fz="sm"
              c="var(--mantine-color-anchor)"
              onClick={() => onExplain(delivery.contact_id)}
              aria-label={`Explain ${recipientOf(delivery, channel)}`}
            >
              Explain
            </UnstyledButton>
          </Table.Td>
        </>
      )}
    />
  );
}
