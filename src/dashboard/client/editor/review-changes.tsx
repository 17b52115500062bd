import { Table, Text } from '@mantine/core';
import { wordsOfCode } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { type Draft, requestOf } from './draft.js';
import { changes } from './use-save.js';

/** A value as people read it: of a list each on a line, of an object what it has. */
function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(words).join('\n');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([name, part]) => `${wordsOfCode(name)}: ${words(part)}`)
    .join(', ');
}

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
      <Rows label="Changes" columns={['Field', 'Now', 'Then']}>
        {changed.map(([field, value]) => (
          <Table.Tr key={field}>
            <Table.Td fw={550}>{wordsOfCode(field)}</Table.Td>
            <Table.Td c="dimmed">
              <Words>{words(was[field])}</Words>
            </Table.Td>
            <Table.Td>
              <Words>{words(value)}</Words>
            </Table.Td>
          </Table.Tr>
        ))}
      </Rows>
    </Panel>
  );
}

const Words = ({ children }: { children: string }) => (
  <Text span inherit lineClamp={8} style={{ whiteSpace: 'pre-wrap' }}>
    {children}
  </Text>
);
