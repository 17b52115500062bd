import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** A table with its columns' names; on a narrow screen it scrolls by itself and not the page. */
export function Rows(props: { label: string; columns: ReactNode[]; minWidth?: number; children: ReactNode }) {
  return (
    <Table.ScrollContainer
      minWidth={props.minWidth ?? 640}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={props.label}
    >
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {props.columns.map((column, index) => (
              <Table.Th key={index}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{props.children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
