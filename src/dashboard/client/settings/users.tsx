import { Button, Group, Select, Table, TextInput } from '@mantine/core';
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
import { usersQuery } from './settings-queries.js';

type Role = 'admin' | 'editor' | 'viewer';

const ROLES: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer' },
  { value: 'editor', label: 'Editor' },
  { value: 'admin', label: 'Admin' },
];

/** The people who may sign in: invited by a link that works once, with a role that can be changed. */
export function Users() {
  const query = useQuery(usersQuery);
  const queries = useQueryClient();
  const [link, setLink] = useState<string | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ['users'] });
  const invite = (id: number) =>
    body(api.POST('/users/{id}/link', { params: { path: { id } } })).then(({ url }) => setLink(url));
  const change = useMutation({
    mutationFn: ({ id, role }: { id: number; role: Role }) =>
      api.PATCH('/users/{id}', { params: { path: { id } }, body: { role } }),
    onSuccess: refresh,
    onError: tellTrouble,
  });
  const remove = (id: number, email: string) =>
    doUnlessUndone(`Removing ${email} …`, async () => {
      await api.DELETE('/users/{id}', { params: { path: { id } } });
      await refresh();
    });
  return (
    <Panel title="Users" flush>
      <NewUser onMade={(id) => void Promise.all([invite(id), refresh()]).catch(tellTrouble)} />
      <Loaded query={query} height={160}>
        {(users) => (
          <Rows label="Users" columns={['Address', 'Role', 'Signed in', '']}>
            {users.map(({ id, email, role, signed_in_at }) => (
              <Table.Tr key={id}>
                <Table.Td fw={550}>{email}</Table.Td>
                <Table.Td w={150}>
                  <Select
                    size="xs"
                    aria-label={`Role of ${email}`}
                    allowDeselect={false}
                    data={ROLES}
                    value={role}
                    onChange={(value) => value !== null && change.mutate({ id, role: value as Role })}
                  />
                </Table.Td>
                <Table.Td>
                  <Moment at={signed_in_at} never="Never" />
                </Table.Td>
                <Table.Td>
                  <Group gap="xs" justify="flex-end" wrap="nowrap">
                    <Button size="xs" variant="default" onClick={() => void invite(id).catch(tellTrouble)}>
                      Link to come in
                    </Button>
                    <Button
                      size="xs"
                      variant="default"
                      onClick={() => remove(id, email)}
                      aria-label={`Remove ${email}`}
                    >
                      Remove
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )}
      </Loaded>
      <SecretOnce
        title="A link to come in"
        about="Give it to this person only: it works once, and by it they choose their password."
        secret={link}
        onClose={() => setLink(null)}
      />
    </Panel>
  );
}

function NewUser({ onMade }: { onMade: (id: number) => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('editor');
  const make = useMutation({
    mutationFn: () => body(api.POST('/users', { body: { email: email.trim(), role } })),
    onSuccess: ({ id }) => (setEmail(''), onMade(id)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group p="md" gap="xs" align="flex-start" className="line">
        <TextInput
          aria-label="Address of the user"
          placeholder="Email address"
          flex="1 1 14rem"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={fieldErrors(make.error).email ?? (make.error ? wordsOf(make.error) : undefined)}
        />
        <Select
          aria-label="Role"
          w={150}
          allowDeselect={false}
          data={ROLES}
          value={role}
          onChange={(value) => value !== null && setRole(value as Role)}
        />
        <Button type="submit" loading={make.isPending} disabled={email.trim() === ''}>
          Invite
        </Button>
      </Group>
    </form>
  );
}
