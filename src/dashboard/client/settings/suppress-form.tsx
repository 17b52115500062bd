import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors, wordsOf } from '../api/problem.js';
import type { Channel } from '../api/types.js';
import { CHANNEL_CHOICES } from '../elements/channel.js';
import { wordsOfCode } from '../elements/figures.js';
import { Form } from '../elements/form.js';
import { Needs, useBar } from '../elements/needs.js';
import { tellDone, tellTrouble } from '../elements/notices.js';
import { offerUndo } from '../elements/undo.js';

type Reach = 'all' | Channel;

const CHOICES = [{ value: 'all', label: 'All channels' }, ...CHANNEL_CHOICES];

/** Puts an address on the list, or takes it off. */
export function SuppressForm() {
  const queries = useQueryClient();
  const bar = useBar('admin');
  const [address, setAddress] = useState('');
  const [channel, setChannel] = useState<Reach>('all');
  const refresh = () => queries.invalidateQueries({ queryKey: ['suppressions'] });
  const lift = async (entry: { address: string; channel?: Reach }) => {
    const { removed } = await body(api.DELETE('/suppressions', { body: { suppressions: [entry] } }));
    tellDone(removed > 0 ? `${entry.address} is off the list.` : `${entry.address} was not on it.`);
    await refresh();
  };
  const add = useMutation({
    mutationFn: (entry: { address: string; channel: Reach }) => body(api.POST('/suppressions', { body: entry })),
    onSuccess: async ({ created, reason }, entry) => {
      const done = `${entry.address} is not written to any more.`;
      // Somebody may have opted out before: what was there is not ours to take back.
      if (!created) tellDone(`${entry.address} is on the list already: ${wordsOfCode(reason)}.`);
      else if (bar.disabled) tellDone(done);
      else offerUndo(done, () => lift(entry));
      setAddress('');
      await refresh();
    },
  });
  return (
    <Needs scope="write">
      <Form onSubmit={() => add.mutate({ address: address.trim(), channel })} busy={add.isPending} again>
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
            data={CHOICES}
            value={channel}
            onChange={(value) => value !== null && setChannel(value as Reach)}
          />
          <Button type="submit" loading={add.isPending} disabled={address.trim() === ''}>
            Suppress
          </Button>
          <Button
            variant="default"
            disabled={address.trim() === ''}
            {...bar}
            onClick={() => void lift({ address: address.trim() }).catch(tellTrouble)}
          >
            Take off
          </Button>
        </Group>
      </Form>
    </Needs>
  );
}
