import { Group, Skeleton, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { Trouble } from '../elements/trouble.js';
import { auditQuery } from './settings-queries.js';

const FIELDS = [
  ['action', 'Action', 'e.g. campaign.launched'],
  ['actor', 'By whom', 'Key or address'],
  ['target', 'Kind of thing', 'e.g. campaign'],
] as const;

function asText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(asText).join(', ');
  if (typeof value !== 'object') return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name.replaceAll('_', ' ')} ${asText(part)}`);
  return parts.join(', ');
}

/** What is known besides, as `name: value`; a dash for nothing. */
const detailsOf = (details: object): string =>
  Object.entries(details)
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${asText(value)}`)
    .join('; ') || '–';

/** Who did what, the latest first; it can be added to, and not be changed unnoticed. */
export function AuditLog() {
  const [asked, ask] = useState({ action: '', actor: '', target: '' });
  const [filter] = useDebouncedValue(asked, 400);
  const query = useInfiniteQuery(
    auditQuery(Object.fromEntries(Object.entries(filter).filter(([, text]) => text.trim() !== ''))),
  );
  const rows = query.data?.pages.flatMap((part) => part.rows);
  return (
    <Panel title="Audit log" flush>
      <Group p="md" gap="xs" className="line">
        {FIELDS.map(([field, label, placeholder]) => (
          <TextInput
            key={field}
            aria-label={label}
            placeholder={`${label}, ${placeholder}`}
            flex="1 1 12rem"
            value={asked[field]}
            onChange={(event) => ask({ ...asked, [field]: event.currentTarget.value })}
          />
        ))}
      </Group>
      <Trouble error={query.error} />
      {rows === undefined ? (
        query.error === null && <Skeleton height={300} radius={0} />
      ) : rows.length === 0 ? (
        <Text c="dimmed" ta="center" p="lg">
          Nothing of that kind was done.
        </Text>
      ) : (
        <Rows label="Audit log" narrow="stack" columns={['What', 'When', 'Who', 'To what', 'Details', '#']}>
          {rows.map(({ id, at, actor, action, target, target_id, address, details }) => (
            <Table.Tr key={id}>
              <Table.Td fw={550}>{action}</Table.Td>
              <Table.Td>
                <Moment past at={at} />
              </Table.Td>
              <Table.Td>
                {actor.name}
                {address !== null && (
                  <Text size="xs" c="dimmed">
                    {address}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{target_id === null ? target : `${target} ${target_id}`}</Table.Td>
              <Table.Td>
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {detailsOf(details)}
                </Text>
              </Table.Td>
              <Table.Td c="dimmed">{id}</Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
      <More query={query} />
    </Panel>
  );
}
