import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { count } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { PartBar } from '../elements/part-bar.js';
import { Rows } from '../elements/rows.js';
import { type Hits, linksQuery } from './analyse-queries.js';

const NOT_FOLLOWED = { clicked: 0, clicked_all: 0, clicks: 0, clicks_all: 0 };

/** The links of the messages and how often each was followed, the most followed first. */
export function Links({ campaignId, runId, hits }: { campaignId: number; runId: number | null; hits: Hits }) {
  const query = useQuery(linksQuery(campaignId));
  return (
    <Panel title="Links" flush>
      <Loaded query={query} height={120}>
        {(links) => {
          const rows = links
            .map((link) => {
              const counts = runId === null ? link : (link.runs.find(({ run_id }) => run_id === runId) ?? NOT_FOLLOWED);
              const [recipients, clicks] =
                hits === 'human' ? [counts.clicked, counts.clicks] : [counts.clicked_all, counts.clicks_all];
              return { link, recipients, clicks };
            })
            .sort((a, b) => b.recipients - a.recipients);
          const most = Math.max(1, ...rows.map(({ recipients }) => recipients));
          if (rows.length === 0)
            return (
              <Text c="dimmed" size="sm" p="md">
                The messages sent so far have no links that are counted.
              </Text>
            );
          return (
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
          );
        }}
      </Loaded>
    </Panel>
  );
}
