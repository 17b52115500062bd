import { Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { wordsOfCode } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { StatusDot } from '../elements/status.js';
import { Trouble } from '../elements/trouble.js';
import { contactDeliveriesQuery } from './contact-queries.js';

/** What a contact was sent, the newest run first. */
export function ContactDeliveries({ contactId }: { contactId: number }) {
  const query = useInfiniteQuery(contactDeliveriesQuery(contactId));
  const rows = query.data?.pages.flatMap((part) => part.rows);
  return (
    <Panel title="Messages" flush>
      <Trouble error={query.error} />
      {rows === undefined ? (
        query.error === null && <Skeleton height={160} radius={0} aria-label="Loading" role="status" />
      ) : rows.length === 0 ? (
        <Text c="dimmed" size="sm" p="md">
          Nothing yet.
        </Text>
      ) : (
        <Rows label="Deliveries" narrow="stack" columns={['Campaign', 'Outcome', 'Reason', 'When', 'Run']}>
          {rows.map(({ run_id, campaign_name, outcome, reason, at }) => (
            <Table.Tr key={run_id}>
              <Table.Td>{campaign_name}</Table.Td>
              <Table.Td>
                <StatusDot status={outcome} />
              </Table.Td>
              <Table.Td>{reason ? wordsOfCode(reason) : '–'}</Table.Td>
              <Table.Td>
                <Moment past at={at} />
              </Table.Td>
              <Table.Td>
                <TextLink to="/runs/$runId" params={{ runId: String(run_id) }}>
                  #{run_id}
                </TextLink>
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
      <More query={query} />
    </Panel>
  );
}
