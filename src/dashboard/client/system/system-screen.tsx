import { Anchor, Code, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { commands, root } from '../api/client.js';
import type { System } from '../api/types.js';
import { Command } from '../elements/command.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { Concerns } from './concerns.js';
import { Database } from './database.js';
import { Machinery } from './machinery.js';
import { Processes } from './processes.js';
import { Providers } from './providers.js';
import { systemQuery } from './system-queries.js';
import { Waiting } from './waiting.js';

/** Whether the machinery runs, what it has before it, and what wants looking after. */
export function SystemScreen() {
  const query = useQuery(systemQuery);
  return (
    <Screen title="System" about="Whether everything runs that has to.">
      <Loaded query={query} height={900}>
        {(system) => <Standing system={system} />}
      </Loaded>
      <Panel title="From a terminal">
        <Stack gap="sm">
          <Text size="sm">
            <Code>verify</Code> checks every promise of the product against its database; <Code>migrate status</Code>{' '}
            shows the schema. The API is described at{' '}
            <Anchor href={`${root}/docs`} underline="always" inherit>
              /docs
            </Anchor>
            , and <Code>/metrics</Code> has these figures for Prometheus.
          </Text>
          <Command>{`${commands} verify`}</Command>
        </Stack>
      </Panel>
    </Screen>
  );
}

const Standing = ({ system }: { system: System }) => (
  <Stack gap="lg">
    <Concerns concerns={system.concerns} />
    <Processes processes={system.processes} />
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Stack gap="lg">
        <Machinery system={system} />
        <Providers />
      </Stack>
      <Stack gap="lg">
        <Waiting system={system} />
        <Database system={system} />
      </Stack>
    </SimpleGrid>
  </Stack>
);
