import { Button, Group, Table } from '@mantine/core';
import { useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loaded } from '../elements/loaded.js';
import { Rows } from '../elements/rows.js';
import { doUnlessUndone } from '../elements/undo.js';

interface Shown<Row> {
  label: string;
  /** Those between the name and what can be done. */
  columns: [name: string, ...others: string[]];
  query: UseQueryResult<Row[]>;
  nameOf: (row: Row) => string;
  /** The cells between the name and what can be done. */
  cells: (row: Row) => ReactNode;
  /** What can be done besides taking it away. */
  actions: (row: Row) => ReactNode;
  /** How it is taken away, and what that is called. */
  revoke: { verb: string; doing: string; act: (id: number) => Promise<unknown> };
}

/** Those by whom or by what the installation is come into: each can be taken away, which is done only when nobody objects. */
export function RevocableRows<Row extends { id: number }>(props: Shown<Row>) {
  const { label, columns, query, nameOf, cells, actions, revoke } = props;
  const queries = useQueryClient();
  const take = (row: Row) =>
    doUnlessUndone(`${revoke.doing} “${nameOf(row)}” …`, async () => {
      await revoke.act(row.id);
      await queries.invalidateQueries();
    });
  return (
    <Loaded query={query} height={160}>
      {(rows) => (
        <Rows label={label} columns={[...columns, '']} narrow="ends">
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td fw={550}>{nameOf(row)}</Table.Td>
              {cells(row)}
              <Table.Td>
                <Group gap="xs" justify="flex-end">
                  {actions(row)}
                  <Button
                    size="xs"
                    variant="default"
                    onClick={() => take(row)}
                    aria-label={`${revoke.verb} ${nameOf(row)}`}
                  >
                    {revoke.verb}
                  </Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </Loaded>
  );
}
