import { Table, Text } from '@mantine/core';
import type { Analysis } from '../api/types.js';
import { count } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { PartBar } from '../elements/part-bar.js';
import { Rows } from '../elements/rows.js';
import type { Hits } from './analyse-queries.js';

const NOT_FOLLOWED = { clicked: 0, clicked_all: 0, clicks: 0, clicks_all: 0 };

/** The links of the messages and how often each was followed, the most followed first. */
export function Links({ links, runId, hits }: { links: Analysis['links']; runId: number | null; hits: Hits }) {
  const rows = links
    .map((link) => {
      const counts = runId === null ? link : (link.runs.find(({ run_id }) => run_id === runId) ?? NOT_FOLLOWED);
      const [recipients, clicks] =
        hits === 'human' ? [counts.clicked, counts.clicks] : [counts.clicked_all, counts.clicks_all];
      return { link, recipients, clicks };
    })
    .sort((a, b) => b.recipients - a.recipients);
  const most = Math.max(1, ...rows.map(({ recipients }) => recipients));
  return (
    <Panel title="Links" flush>
      {rows.length === 0 ? (
        <Text c="dimmed" size="sm" p="md">
          The messages sent so far have no links that are counted.
        </Text>
      ) : (
        <Rows label="Links" narrow="stack" columns={['Where it leads', 'Version', 'Recipients', 'Clicks']}>
          {rows.map(({ link, recipients, clicks }) => (
            <Table.Tr key={link.id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{link.target}</Table.Td>
              <Table.Td>{link.content_version}</Table.Td>
              <Table.Td w={160}>
                {count(recipients)}
                <PartBar part={recipients} all={most} colour="var(--clicked)" />
              </Table.Td>
              <Table.Td>{count(clicks)}</Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </Panel>
  );
}
