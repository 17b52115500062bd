import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

/** A table with its columns' names; on a narrow screen it scrolls by itself and not the page, or `narrowTwo` shows two columns. */
export function Rows(props: {
  label: string;
  columns: ReactNode[];
  minWidth?: number;
  narrowTwo?: boolean;
  children: ReactNode;
}) {
  return (
    <Table.ScrollContainer
      minWidth={props.narrowTwo ? 300 : (props.minWidth ?? 640)}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={props.label}
    >
      <Table highlightOnHover className={props.narrowTwo ? 'narrow-two' : undefined}>
        <Table.Thead>
          <Table.Tr>
            {props.columns.map((column, index) => (
              <Table.Th key={index}>{column || <VisuallyHidden>Actions</VisuallyHidden>}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{props.children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
