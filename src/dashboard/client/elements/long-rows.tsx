import { Table } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { type Framed, Rows } from './rows.js';

/** How tall a row is taken to be until it was drawn, in pixels. */
const ROW_HEIGHT = 46;

/** So many rows are drawn all, so that the browser finds what is looked for on the page; of more, only those in sight. */
const DRAWN_ALL = 200;

/** Rows drawn above and below those in sight, for the keyboard to go to and for fast hands. */
const BEYOND = 12;

interface Shown<Row> extends Omit<Framed, 'rowCount'> {
  rows: Row[];
  keyOf: (row: Row) => number;
  /** The cells of a row. */
  cells: (row: Row) => ReactNode;
}

/** A table of as many rows as there may be, which the page scrolls through; screen readers are told how many there are. */
export function LongRows<Row>({ rows, keyOf, cells, ...frame }: Shown<Row>) {
  const [top, setTop] = useState(0);
  const anchor = useCallback((row: HTMLElement | null) => {
    if (row) setTop(row.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: rows.length <= DRAWN_ALL ? DRAWN_ALL : BEYOND,
    scrollMargin: top,
    // A frame that comes later is better than one that is computed while the page stands still.
    useFlushSync: false,
  });
  const drawn = virtual.getVirtualItems();
  const above = (drawn[0]?.start ?? top) - top;
  const below = virtual.getTotalSize() - ((drawn.at(-1)?.end ?? top) - top);
  return (
    <Rows {...frame} rowCount={rows.length}>
      <tr ref={anchor} aria-hidden="true" style={{ height: above }} />
      {drawn.map(({ index }) => (
        <Table.Tr key={keyOf(rows[index]!)} ref={virtual.measureElement} data-index={index} aria-rowindex={index + 2}>
          <RowCells row={rows[index]!} cells={cells} />
        </Table.Tr>
      ))}
      <tr aria-hidden="true" style={{ height: below }} />
    </Rows>
  );
}

/** Those of one row, which are not made anew as the page scrolls. */
function RowCells<Row>({ row, cells }: { row: Row; cells: (row: Row) => ReactNode }) {
  return useMemo(() => cells(row), [row, cells]);
}
