import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a table is, whatever its rows are. */
export interface Framed {
  label: string;
  /** The columns' names, and perhaps how wide they are; an empty one is that of the actions. */
  columns: (ReactNode | [name: ReactNode, width: string])[];
  minWidth?: number;
  /** What a narrow screen shows of it: the first two columns or both ends; else it scrolls by itself, and not the page. */
  narrow?: 'two' | 'ends';
  /** How many rows there are, where not all of them are drawn. */
  rowCount?: number;
}

/** A table with its columns' names. */
export function Rows(props: Framed & { children: ReactNode }) {
  const { label, columns, minWidth = 640, narrow, rowCount, children } = props;
  const layout = columns.some(Array.isArray) ? 'fixed' : undefined;
  return (
    <Table.ScrollContainer
      minWidth={narrow ? 300 : minWidth}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table
        highlightOnHover
        className={narrow && `narrow-${narrow}`}
        layout={layout}
        data-layout={layout}
        aria-rowcount={rowCount === undefined ? undefined : rowCount + 1}
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, index) => {
              const [name, width] = Array.isArray(column) ? column : [column];
              return (
                <Table.Th key={index} w={width}>
                  {name || <VisuallyHidden>Actions</VisuallyHidden>}
                </Table.Th>
              );
            })}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
