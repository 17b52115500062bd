import { Group, Table, Text } from '@mantine/core';
import { useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loaded } from '../elements/loaded.js';
import { QuestionButton } from '../elements/question.js';
import { Rows } from '../elements/rows.js';

interface Shown<Row> {
  label: string;
  /** Those between the name and what can be done. */
  columns: [name: string, ...others: string[]];
  query: UseQueryResult<Row[]>;
  nameOf: (row: Row) => string;
  /** What it may do, for screens that have no room for a column of it. */
  rightOf: (row: Row) => string;
  /** The cells between the name and what can be done. */
  cells: (row: Row) => ReactNode;
  /** What can be done besides taking it away. */
  actions: (row: Row) => ReactNode;
  /** How it is taken away, what that is called and what comes of it. */
  revoke: { verb: string; about: string; act: (id: number) => Promise<unknown> };
}

/** Those by whom or by what the installation is come into: each can be taken away, which is asked first and done at once. */
export function RevocableRows<Row extends { id: number }>(props: Shown<Row>) {
  const { label, columns, query, nameOf, rightOf, cells, actions, revoke } = props;
  const queries = useQueryClient();
  const take = async ({ id }: Row) => {
    await revoke.act(id);
    await queries.invalidateQueries();
    // The row is gone, and with it the button that was pressed.
    document.getElementById('content')?.focus({ preventScroll: true });
  };
  return (
    <Loaded query={query} height={160}>
      {(rows) => (
        <Rows label={label} columns={[...columns, '']} narrow="ends">
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td fw={550}>
                {nameOf(row)}
                <Text size="xs" c="dimmed" hiddenFrom="sm">
                  {rightOf(row)}
                </Text>
              </Table.Td>
              {cells(row)}
              <Table.Td>
                <Group gap="xs" justify="flex-end">
                  {actions(row)}
                  <QuestionButton
                    size="xs"
                    variant="default"
                    aria-label={`${revoke.verb} ${nameOf(row)}`}
                    question={`${revoke.verb} “${nameOf(row)}”?`}
                    about={revoke.about}
                    verb={`${revoke.verb} it`}
                    act={() => take(row)}
                  >
                    {revoke.verb}
                  </QuestionButton>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </Loaded>
  );
}
