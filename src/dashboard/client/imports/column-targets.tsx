import { Select, Table } from '@mantine/core';
import { Rows } from '../elements/rows.js';
import { choicesFor, type FileHead, isMappable } from './file-head.js';

/** Which column of the file is what of a contact, with what the first rows have there. */
export function ColumnTargets(props: {
  head: FileHead;
  /** Where each column goes; null while the header can not be used as it is. */
  targets: string[] | null;
  mapping: Record<string, string>;
  onChange: (mapping: Record<string, string>) => void;
}) {
  const { head, targets, mapping, onChange } = props;
  return (
    <Rows label="Columns of the file" minWidth={480} narrow="stack" columns={['Column', 'For example', 'Becomes']}>
      {head.columns.map((column, index) => (
        <Table.Tr key={`${index} ${column}`}>
          <Table.Td fw={550}>{column}</Table.Td>
          <Table.Td c="dimmed">
            {head.rows
              .map((row) => row[index])
              .filter(Boolean)
              .join(', ') || '–'}
          </Table.Td>
          <Table.Td>
            <Select
              size="xs"
              aria-label={`What “${column}” becomes`}
              disabled={!isMappable(column)}
              data={choicesFor(column)}
              placeholder="Choose"
              allowDeselect={false}
              value={mapping[column] ?? targets?.[index] ?? null}
              onChange={(target) => target !== null && onChange({ ...mapping, [column]: target })}
            />
          </Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}
