import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors, wordsOf } from '../api/problem.js';
import { tellDone, tellTrouble } from '../elements/notices.js';
import { offerUndo } from '../elements/undo.js';

type Channel = 'all' | 'email' | 'sms' | 'push';

const CHANNELS: { value: Channel; label: string }[] = [
  { value: 'all', label: 'All channels' },
  { value: 'email', label: 'Email' },
  { value: 'sms', label: 'SMS' },
  { value: 'push', label: 'Push' },
];

/** Puts an address on the list, or takes it off. */
export function SuppressForm() {
  const queries = useQueryClient();
  const [address, setAddress] = useState('');
  const [channel, setChannel] = useState<Channel>('all');
  const refresh = () => queries.invalidateQueries({ queryKey: ['suppressions'] });
  const lift = async (entry: { address: string; channel?: Channel }) => {
    const { removed } = await body(api.DELETE('/suppressions', { body: { suppressions: [entry] } }));
    tellDone(removed > 0 ? `${entry.address} is off the list.` : `${entry.address} was not on it.`);
    await refresh();
  };
  const add = useMutation({
    mutationFn: (entry: { address: string; channel: Channel }) => body(api.POST('/suppressions', { body: entry })),
    onSuccess: async (_, entry) => {
      offerUndo(`${entry.address} is not written to any more.`, () => lift(entry));
      setAddress('');
      await refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ address: address.trim(), channel });
  };
  return (
    <form onSubmit={submit}>
      <Group p="md" gap="xs" align="flex-start" className="line">
        <TextInput
          aria-label="Address"
          placeholder="Email address or phone number"
          flex="1 1 14rem"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          error={fieldErrors(add.error).address ?? (add.error ? wordsOf(add.error) : undefined)}
        />
        <Select
          aria-label="Channel"
          w={150}
          allowDeselect={false}
          data={CHANNELS}
          value={channel}
          onChange={(value) => value !== null && setChannel(value)}
        />
        <Button type="submit" loading={add.isPending} disabled={address.trim() === ''}>
          Suppress
        </Button>
        <Button
          variant="default"
          disabled={address.trim() === ''}
          onClick={() => void lift({ address: address.trim() }).catch(tellTrouble)}
        >
          Take off
        </Button>
      </Group>
    </form>
  );
}
