import { Table, Text } from '@mantine/core';
import { wordsOfCode } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { Value } from '../elements/value.js';
import { type Draft, requestOf } from './draft.js';
import { changes } from './use-save.js';

/** What saving would change in a campaign that is running already. */
export function ReviewChanges({ before, after }: { before: Draft; after: Draft }) {
  const changed = Object.entries(changes(before, after));
  const was = requestOf(before) as Record<string, unknown>;
  if (changed.length === 0)
    return (
      <Panel>
        <Text c="dimmed">Nothing is changed.</Text>
      </Panel>
    );
  return (
    <Panel title="What changes" flush>
      <Rows label="Changes" narrow="stack" columns={['Field', 'Now', 'Then']}>
        {changed.map(([field, value]) => (
          <Table.Tr key={field}>
            <Table.Td fw={550}>{wordsOfCode(field)}</Table.Td>
            <Table.Td c="dimmed">
              <Value of={was[field]} />
            </Table.Td>
            <Table.Td>
              <Value of={value} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Rows>
    </Panel>
  );
}
