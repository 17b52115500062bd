import { Anchor, Code, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { root } from '../api/client.js';
import { analyticsQuery } from '../campaigns/campaign-queries.js';
import { Command } from '../elements/command.js';
import { Figure } from '../elements/figure.js';
import { count, countOf, wordsOfCode } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { Dot } from '../elements/status.js';
import { Providers } from './providers.js';
import { healthQuery } from './system-queries.js';

/** Whether the machinery runs, and what it has before it. */
export function SystemScreen() {
  return (
    <Screen title="System" about="Whether everything runs that has to.">
      <Queue />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Health />
        <Providers />
      </SimpleGrid>
      <Panel title="From a terminal">
        <Stack gap="sm">
          <Text size="sm">
            <Code>verify</Code> checks every promise of the product against its database; <Code>migrate status</Code>{' '}
            shows the schema. The API is described at{' '}
            <Anchor href={`${root}/docs`} underline="always" inherit>
              /docs
            </Anchor>
            .
          </Text>
          <Command>npm run cli -- verify</Command>
        </Stack>
      </Panel>
    </Screen>
  );
}

function Queue() {
  const query = useQuery(analyticsQuery);
  return (
    <Loaded query={query} height={104}>
      {(byCampaign) => {
        const all = [...byCampaign.values()];
        const sum = (key: 'pending' | 'in_doubt') => all.reduce((total, campaign) => total + campaign[key], 0);
        return (
          <SimpleGrid cols={{ base: 2, md: 3 }}>
            <Figure
              label="Campaigns sending"
              value={count(all.filter(({ status }) => status === 'processing').length)}
              note={`of ${countOf(all.length, 'campaign')}`}
            />
            <Figure
              label="Recipients pending"
              value={count(sum('pending'))}
              note="waiting, in flight, or to be tried again"
            />
            <Figure
              label="Recipients in doubt"
              value={count(sum('in_doubt'))}
              note="handed over, the answer was lost"
            />
          </SimpleGrid>
        );
      }}
    </Loaded>
  );
}

function Health() {
  const query = useQuery(healthQuery);
  return (
    <Panel title="What it needs" flush>
      <Loaded query={query} height={90}>
        {({ details }) => (
          <Table variant="vertical">
            <Table.Tbody>
              {Object.entries(details as Record<string, { status?: string }>).map(([name, detail]) => (
                <Table.Tr key={name}>
                  <Table.Th>{wordsOfCode(name)}</Table.Th>
                  <Table.Td>
                    <Dot colour={detail.status === 'up' ? 'var(--sent)' : 'var(--failed)'}>
                      {detail.status === 'up' ? 'Up' : 'Down'}
                    </Dot>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
    </Panel>
  );
}
