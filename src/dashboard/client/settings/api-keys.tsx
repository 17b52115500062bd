import { Button, Group, Select, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors, wordsOf } from '../api/problem.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { doUnlessUndone } from '../elements/undo.js';
import { SecretOnce } from './secret-once.js';
import { keysQuery } from './settings-queries.js';

type Scope = 'read' | 'write' | 'admin';

const SCOPES: { value: Scope; label: string }[] = [
  { value: 'read', label: 'May look' },
  { value: 'write', label: 'May change things' },
  { value: 'admin', label: 'May do everything' },
];

/** For how long the secret before a rotation works on, so that whoever uses it can change over; in seconds. */
const OVERLAP = 3_600;

/** The keys by which programs come in: made, given another secret, taken away. */
export function ApiKeys() {
  const query = useQuery(keysQuery);
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ['keys'] });
  const rotate = useMutation({
    mutationFn: (id: number) =>
      body(api.POST('/keys/{id}/rotate', { params: { path: { id } }, body: { overlap: OVERLAP } })),
    onSuccess: ({ key }) => (setSecret(key), refresh()),
    onError: tellTrouble,
  });
  const revoke = (id: number, name: string) =>
    doUnlessUndone(`Revoking “${name}” …`, async () => {
      await api.DELETE('/keys/{id}', { params: { path: { id } } });
      await refresh();
    });
  return (
    <Panel title="API keys" flush>
      <NewKey onMade={(key) => (setSecret(key), void refresh())} />
      <Loaded query={query} height={160}>
        {(keys) => (
          <Rows label="API keys" columns={['Name', 'Begins with', 'May', 'Last used', 'Ends', '']}>
            {keys.map(({ id, name, prefix, scopes, last_used_at, expires_at, old_secret_until }) => (
              <Table.Tr key={id}>
                <Table.Td fw={550}>{name}</Table.Td>
                <Table.Td ff="monospace">{prefix}…</Table.Td>
                <Table.Td>{scopes.join(', ')}</Table.Td>
                <Table.Td>
                  <Moment at={last_used_at} never="Never" />
                </Table.Td>
                <Table.Td>
                  <Moment at={expires_at} never="Never" />
                  {old_secret_until !== null && (
                    <Text size="xs" c="dimmed">
                      the secret before works until <Moment at={old_secret_until} />
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Group gap="xs" justify="flex-end" wrap="nowrap">
                    <Button size="xs" variant="default" onClick={() => rotate.mutate(id)} aria-label={`Rotate ${name}`}>
                      Rotate
                    </Button>
                    <Button size="xs" variant="default" onClick={() => revoke(id, name)} aria-label={`Revoke ${name}`}>
                      Revoke
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )}
      </Loaded>
      <SecretOnce
        title="The key"
        about="Copy it now: it is not shown again. After a rotation the secret before works for another hour."
        secret={secret}
        onClose={() => setSecret(null)}
      />
    </Panel>
  );
}

function NewKey({ onMade }: { onMade: (key: string) => void }) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('write');
  const make = useMutation({
    mutationFn: () => body(api.POST('/keys', { body: { name: name.trim(), scopes: [scope] } })),
    onSuccess: ({ key }) => (setName(''), onMade(key)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group p="md" gap="xs" align="flex-start" className="line">
        <TextInput
          aria-label="Name of the key"
          placeholder="What it is for, e.g. CRM sync"
          flex="1 1 14rem"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldErrors(make.error).name ?? (make.error ? wordsOf(make.error) : undefined)}
        />
        <Select
          aria-label="What it may do"
          w={190}
          allowDeselect={false}
          data={SCOPES}
          value={scope}
          onChange={(value) => value !== null && setScope(value as Scope)}
        />
        <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
          Make a key
        </Button>
      </Group>
    </form>
  );
}
