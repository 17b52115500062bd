import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Contact } from '../api/types.js';
import { contactName } from './contact-queries.js';

/** A contact that was chosen, or the first that could be; what was typed in search of another. */
export interface Choice {
  contact: Contact | undefined;
  found: Contact[];
  search: (text: string) => void;
  choose: (contact: Contact) => void;
}

/** Lets somebody choose a contact of a segment, of everyone where none is named. */
export function useContactChoice(segment: string | null): Choice {
  const [chosen, choose] = useState<Contact>();
  const [typed, search] = useState('');
  const [settled] = useDebouncedValue(typed, 250);
  const { data: found = [] } = useQuery({
    queryKey: ['contacts', 'choice', segment, settled],
    queryFn: () =>
      body(
        api.GET('/contacts', {
          params: { query: { limit: 10, segment: segment ?? undefined, search: settled.trim() || undefined } },
        }),
      ),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
  const [first, setFirst] = useState<Contact>();
  // Who is shown does not change while somebody else is looked for.
  if (first === undefined && found[0] !== undefined) setFirst(found[0]);
  return { contact: chosen ?? first, found, search, choose };
}

const labelOf = (contact: Contact): string =>
  [contactName(contact), contact.email].filter((part, index, all) => part && all.indexOf(part) === index).join(' · ');

/** The field for it, searched by the beginning of an address, a number or an external id. */
export function ContactChoice({ label, choice }: { label: string; choice: Choice }) {
  const { contact, found, search, choose } = choice;
  const all = contact && !found.some(({ id }) => id === contact.id) ? [contact, ...found] : found;
  return (
    <Select
      label={label}
      size="xs"
      searchable
      allowDeselect={false}
      placeholder={all.length === 0 ? 'There are no contacts yet' : 'Search by address'}
      disabled={contact === undefined}
      nothingFoundMessage="Nobody’s address begins so"
      // The server has searched.
      filter={({ options }) => options}
      value={contact ? String(contact.id) : null}
      onChange={(id) => {
        const one = all.find((each) => String(each.id) === id);
        if (one) choose(one);
      }}
      onSearchChange={(text) => search(all.some((each) => labelOf(each) === text) ? '' : text)}
      data={all.map((each) => ({ value: String(each.id), label: labelOf(each) }))}
    />
  );
}
