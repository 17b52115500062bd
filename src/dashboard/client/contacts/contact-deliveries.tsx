import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Outcome } from '../api/types.js';
import { count, wordsOfCode } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { StatusDot } from '../elements/status.js';
import { recordsQuery } from './contact-queries.js';

/** A delivery as the export of personal data tells it. */
interface Kept {
  run_id: number;
  campaign?: string;
  outcome: Outcome | null;
  reason?: string | null;
  at: string | null;
}

const SHOWN = 100;

/** What a contact was sent, the latest first. */
export function ContactDeliveries({ contactId }: { contactId: number }) {
  const query = useQuery(recordsQuery(contactId));
  return (
    <Panel title="Messages" flush>
      <Loaded query={query} height={160}>
        {(records) => {
          const deliveries = ((records.deliveries ?? []) as unknown as Kept[]).toSorted((a, b) => b.run_id - a.run_id);
          if (deliveries.length === 0)
            return (
              <Text c="dimmed" size="sm" p="md">
                Nothing yet.
              </Text>
            );
          return (
            <>
              <Rows label="Deliveries" narrow="two" columns={['Campaign', 'Outcome', 'Reason', 'When', 'Run']}>
                {deliveries.slice(0, SHOWN).map(({ run_id, campaign, outcome, reason, at }) => (
                  <Table.Tr key={run_id}>
                    <Table.Td>{campaign ?? '–'}</Table.Td>
                    <Table.Td>
                      <StatusDot status={outcome ?? 'pending_outcome'} />
                    </Table.Td>
                    <Table.Td>{reason ? wordsOfCode(reason) : '–'}</Table.Td>
                    <Table.Td>
                      <Moment at={at} />
                    </Table.Td>
                    <Table.Td>
                      <TextLink to="/runs/$runId" params={{ runId: String(run_id) }}>
                        #{run_id}
                      </TextLink>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Rows>
              {deliveries.length > SHOWN && (
                <Text size="xs" c="dimmed" p="sm">
                  The latest {SHOWN} of {count(deliveries.length)}; the export has all of them.
                </Text>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
