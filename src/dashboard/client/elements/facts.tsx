import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** What there is to know about one thing, each fact with its name; what is long breaks, and the names keep their width. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <Table variant="vertical" layout="fixed" data-layout="fixed">
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="38%">{name}</Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
