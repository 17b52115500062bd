import { Skeleton, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, page } from '../api/client.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { wordsOfCode } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { Trouble } from '../elements/trouble.js';
import { SuppressForm } from './suppress-form.js';

const useSuppressions = (address: string) =>
  useInfiniteQuery({
    queryKey: ['suppressions', address],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/suppressions', { params: { query: { limit: 50, cursor, address: address || undefined } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });

/** Addresses that are not written to. Only their fingerprints are kept, so one has to be asked for. */
export function Suppressions() {
  const [asked, ask] = useState('');
  const [address] = useDebouncedValue(asked.trim(), 400);
  const query = useSuppressions(address);
  const rows = query.data?.pages.flatMap((part) => part.rows);
  return (
    <Panel
      title="Suppression list"
      flush
      aside={
        <TextInput
          size="xs"
          w={260}
          aria-label="Look for an address"
          placeholder="Is this address on it?"
          leftSection={<Icon name="search" size={14} />}
          value={asked}
          onChange={(event) => ask(event.currentTarget.value)}
        />
      }
    >
      <SuppressForm />
      <Trouble error={query.error} />
      {rows === undefined ? (
        query.error === null && <Skeleton height={160} radius={0} />
      ) : rows.length === 0 ? (
        <Empty
          icon="check"
          title={address === '' ? 'Nobody is on it' : `${address} is not on it`}
          command={address === '' ? curl('POST', '/suppressions', { address: 'ada@example.com' }) : undefined}
        >
          Hard bounces, complaints and unsubscribes come here by themselves.
        </Empty>
      ) : (
        <Rows label="Suppression list" minWidth={480} narrow="stack" columns={['Entry', 'Channel', 'Reason', 'Since']}>
          {rows.map(({ id, channel, reason, created_at }) => (
            <Table.Tr key={id}>
              <Table.Td>#{id}</Table.Td>
              <Table.Td>{wordsOfCode(channel)}</Table.Td>
              <Table.Td>{wordsOfCode(reason)}</Table.Td>
              <Table.Td>
                <Moment past at={created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
      <More query={query} />
      <Text size="xs" c="dimmed" p="sm">
        Addresses are kept as fingerprints only, so that the list outlives the people it protects.
      </Text>
    </Panel>
  );
}
