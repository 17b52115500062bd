import { Progress, Stack } from '@mantine/core';
import type { System } from '../api/types.js';
import { bytes, count } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { Dot } from '../elements/status.js';
import { Explained } from './explained.js';

/** The database: everything there is, and what all processes meet in. */
export function Database({ system: { database, concerns } }: { system: System }) {
  const { server_version, size_bytes, connections, most_connections } = database;
  const scarce = concerns.some(({ code }) => code === 'CONNECTIONS_SCARCE');
  return (
    <Panel title="Database">
      <Stack gap="sm">
        <Explained name="PostgreSQL" value={<Dot colour="var(--sent)">Up</Dot>}>
          Version {server_version}. Without it nothing opens and nothing is sent, and nothing is lost.
        </Explained>
        <Explained name="Size" value={bytes(size_bytes)}>
          On its disk. Ledgers are most of it; RETENTION_DAYS says how long they are kept.
        </Explained>
        <div>
          <Explained name="Connections" value={`${count(connections)} of ${count(most_connections)}`} worrying={scarce}>
            Of the whole server. Worry beyond nine tenths: the next process may find none.
          </Explained>
          <Progress value={(connections / most_connections) * 100} size="sm" mt={4} aria-label="Connections in use" />
        </div>
      </Stack>
    </Panel>
  );
}
