import { Table, Text } from '@mantine/core';
import type { System } from '../api/types.js';
import { count } from '../elements/figures.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';

/** The processes that are connected to the database, and what each does. */
export function Processes({ processes }: { processes: System['processes'] }) {
  return (
    <Panel title="Processes" flush>
      <Rows
        label="Processes"
        narrow="stack"
        columns={['Process', 'Does', 'Version', 'In its hands', 'Connections', 'Connected']}
      >
        {processes.map(({ pid, host, version, roles, connected_since, connections, leases, answering }) => (
          <Table.Tr key={`${pid}@${host} ${roles.join()}`}>
            <Table.Td fw={550}>
              {pid} on {host}
              {answering && (
                <Text size="xs" c="dimmed">
                  answers you
                </Text>
              )}
            </Table.Td>
            <Table.Td>{roles.length === 0 ? 'a command' : roles.join(', ')}</Table.Td>
            <Table.Td>{version}</Table.Td>
            <Table.Td>{leases === 0 ? '–' : `${count(leases)} batch${leases === 1 ? '' : 'es'}`}</Table.Td>
            <Table.Td>{count(connections)}</Table.Td>
            <Table.Td>
              <Moment past at={connected_since} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Rows>
      <Text size="xs" c="dimmed" p="sm">
        Each is seen by its connections to the database. The api answers you, the scheduler opens runs, and senders
        send; each of the three has to be there. A sender that is at its limit engages others.
      </Text>
    </Panel>
  );
}
