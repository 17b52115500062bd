import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a table is, whatever its rows are. */
export interface Framed {
  label: string;
  /** The columns' names, and perhaps how wide they are; an empty one is that of the actions. */
  columns: (ReactNode | [name: ReactNode, width: string])[];
  minWidth?: number;
  /**
   * What a narrow screen shows of it: the first two columns, both ends, or up to eight cells of a row one after the other, with
   * their names; else it scrolls by itself, and not the page.
   */
  narrow?: 'two' | 'ends' | 'stack';
  /** How many rows there are, where not all of them are drawn. */
  rowCount?: number;
}

/** A table with its columns' names. */
export function Rows(props: Framed & { children: ReactNode }) {
  const { label, columns, minWidth = 640, narrow, rowCount, children } = props;
  const names = columns.map((column) => (Array.isArray(column) ? column[0] : column));
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
        style={narrow === 'stack' ? labelsOf(names) : undefined}
        layout={layout}
        data-layout={layout}
        aria-rowcount={rowCount === undefined ? undefined : rowCount + 1}
      >
        <Table.Thead>
          <Table.Tr>
            {names.map((name, index) => (
              <Table.Th key={index} w={Array.isArray(columns[index]) ? columns[index][1] : undefined}>
                {name || <VisuallyHidden>Actions</VisuallyHidden>}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** The columns' names for the style sheet, which puts them before the cells; the first cell needs none. */
const labelsOf = (names: ReactNode[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name, at) =>
      typeof name === 'string' && name !== '' ? [[`--label-${at + 1}`, JSON.stringify(`${name}: `)]] : [],
    ),
  );
