import { Button, Select, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import { Moment } from '../elements/moment.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { NewRow } from './new-row.js';
import { RevocableRows } from './revocable-rows.js';
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
  const refresh = () => queries.invalidateQueries({ queryKey: usersQuery.queryKey });
  const invite = async (id: number) => {
    const { url } = await body(api.POST('/users/{id}/link', { params: { path: { id } } }));
    setLink(url);
  };
  const add = async (email: string, role: Role) => {
    const { id } = await body(api.POST('/users', { body: { email, role } }));
    await Promise.all([invite(id), refresh()]);
  };
  const change = useMutation({
    mutationFn: ({ id, role }: { id: number; role: Role }) =>
      api.PATCH('/users/{id}', { params: { path: { id } }, body: { role } }),
    onSuccess: refresh,
    onError: tellTrouble,
  });
  return (
    <Panel title="Users" flush>
      <NewRow
        field="email"
        label="Address of the user"
        placeholder="Email address"
        rightLabel="Role"
        rights={ROLES}
        usual="editor"
        verb="Invite"
        make={add}
      />
      <RevocableRows
        label="Users"
        columns={['Address', 'Role', 'Signed in']}
        query={query}
        nameOf={({ email }) => email}
        rightOf={({ role }) => ROLES.find(({ value }) => value === role)!.label}
        cells={({ id, email, role, signed_in_at }) => (
          <>
            <Table.Td w={150}>
              <Select
                size="xs"
                aria-label={`Role of ${email}`}
                allowDeselect={false}
                data={ROLES}
                value={role}
                onChange={(value) => value !== null && change.mutate({ id, role: value })}
              />
            </Table.Td>
            <Table.Td>
              <Moment past at={signed_in_at} never="Never" />
            </Table.Td>
          </>
        )}
        actions={({ id, email }) => (
          <Button
            size="xs"
            variant="default"
            onClick={() => void invite(id).catch(tellTrouble)}
            aria-label={`Link to come in for ${email}`}
          >
            Link to come in
          </Button>
        )}
        revoke={{
          verb: 'Remove',
          about: 'This person is signed out everywhere, and comes in again only by a new invitation.',
          act: (id) => api.DELETE('/users/{id}', { params: { path: { id } } }),
        }}
      />
      <SecretOnce
        title="A link to come in"
        about="Give it to this person only: it works once, and by it they choose their password."
        secret={link}
        onClose={() => setLink(null)}
      />
    </Panel>
  );
}
