import { CloseButton, Group, Select, Skeleton, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Contact } from '../api/types.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink, TextLink } from '../elements/links.js';
import { LongRows } from '../elements/long-rows.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { Trouble } from '../elements/trouble.js';
import { segmentsQuery } from '../segments/segment-queries.js';
import { contactsQuery, contactName } from './contact-queries.js';
import { ConsentDots } from './consent-dots.js';

/** Everybody there is, found by what is known of them. */
export function ContactsScreen() {
  const search = useSearch({ from: '/contacts' });
  const query = useInfiniteQuery(contactsQuery(search));
  const rows = query.data?.pages.flatMap((part) => part.rows);
  const { data: segments } = useQuery(segmentsQuery);
  const isUnknown = search.segment !== undefined && segments?.every(({ name }) => name !== search.segment);
  const everyone = search.q === undefined && search.segment === undefined;
  return (
    <Screen
      title="Contacts"
      actions={
        <ButtonLink needs="write" to="/imports" leftSection={<Icon name="import" size={16} />}>
          Import
        </ButtonLink>
      }
    >
      <ContactFilters />
      <Panel flush>
        <Trouble error={query.error} />
        {rows === undefined ? (
          query.error === null && <Skeleton height={420} radius={0} />
        ) : rows.length > 0 ? (
          <ContactRows contacts={rows} />
        ) : everyone ? (
          <Empty
            icon="contact"
            title="Nobody yet"
            command={curl('POST', '/contacts', { email: 'ada@example.com', first_name: 'Ada', segments: ['tech'] })}
          >
            Import a file with the button above, or make the first contact so:
          </Empty>
        ) : (
          <Text c="dimmed" ta="center" p="lg">
            {isUnknown ? `There is no segment “${search.segment}”.` : 'Nobody matches.'}
            {search.q !== undefined &&
              ' The search looks at how email addresses, phone numbers and identifiers begin; names are found by a segment.'}
          </Text>
        )}
        <More query={query} />
      </Panel>
    </Screen>
  );
}

function ContactFilters() {
  const search = useSearch({ from: '/contacts' });
  const navigate = useNavigate({ from: '/contacts' });
  const { data: segments } = useQuery(segmentsQuery);
  const [typed, setTyped] = useState(search.q ?? '');
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const find = useDebouncedCallback((q: string) => set({ q: q.trim() || undefined }), 300);
  const type = (q: string) => {
    setTyped(q);
    find(q);
  };
  return (
    <Group gap="xs">
      <TextInput
        aria-label="Search contacts"
        placeholder="Search by address, number or identifier"
        leftSection={<Icon name="search" size={16} />}
        rightSection={typed !== '' && <CloseButton aria-label="Clear the search" onClick={() => type('')} />}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        flex="1 1 14rem"
      />
      <Select
        aria-label="Segment"
        placeholder="Any segment"
        clearable
        searchable
        w={200}
        data={(segments ?? []).map(({ name }) => name)}
        value={search.segment ?? null}
        onChange={(segment) => set({ segment: segment ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Any segment' }}
      />
    </Group>
  );
}

const COLUMNS: [string, string][] = [
  ['Contact', '19%'],
  ['Email', '28%'],
  ['Phone', '10rem'],
  ['Segments', '15%'],
  ['Reached by', '6.5rem'],
  ['Since', '9rem'],
];

/** Contacts one below the other. */
function ContactRows({ contacts }: { contacts: Contact[] }) {
  return (
    <LongRows
      label="Contacts"
      narrow="two"
      columns={COLUMNS}
      rows={contacts}
      keyOf={({ id }) => id}
      cells={(contact) => (
        <>
          <Table.Td>
            <TextLink to="/contacts/$contactId" params={{ contactId: String(contact.id) }} fw={550}>
              {contactName(contact)}
            </TextLink>
          </Table.Td>
          <Table.Td>{contact.email ?? '–'}</Table.Td>
          <Table.Td>{contact.phone ?? '–'}</Table.Td>
          <Table.Td>{contact.segments.join(', ') || '–'}</Table.Td>
          <Table.Td>
            <ConsentDots contact={contact} />
          </Table.Td>
          <Table.Td>
            <Moment past at={contact.created_at} />
          </Table.Td>
        </>
      )}
    />
  );
}
