import { Button, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import { Moment } from '../elements/moment.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { NewRow } from './new-row.js';
import { RevocableRows } from './revocable-rows.js';
import { SecretOnce } from './secret-once.js';
import { keysQuery } from './settings-queries.js';

const RIGHTS = { read: 'May look', write: 'May change things', admin: 'May do everything' };
const SCOPES = (['read', 'write', 'admin'] as const).map((value) => ({ value, label: RIGHTS[value] }));

const rightsOf = ({ scopes }: { scopes: (keyof typeof RIGHTS)[] }): string =>
  scopes.map((scope) => RIGHTS[scope]).join(', ');

/** For how long the secret before a rotation works on, so that whoever uses it can change over; in seconds. */
const OVERLAP = 3_600;

/** The keys by which programs come in: made, given another secret, taken away. */
export function ApiKeys() {
  const query = useQuery(keysQuery);
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const show = ({ key }: { key: string }) => {
    setSecret(key);
    return queries.invalidateQueries({ queryKey: keysQuery.queryKey });
  };
  const rotate = useMutation({
    mutationFn: (id: number) =>
      body(api.POST('/keys/{id}/rotate', { params: { path: { id } }, body: { overlap: OVERLAP } })),
    onSuccess: show,
    onError: tellTrouble,
  });
  return (
    <Panel title="API keys" flush>
      <NewRow
        field="name"
        label="Name of the key"
        placeholder="What it is for, e.g. CRM sync"
        rightLabel="What it may do"
        rights={SCOPES}
        usual="write"
        verb="Make a key"
        listed={{
          field: 'networks',
          label: 'From where it may be used',
          placeholder: 'From anywhere, or only from e.g. 203.0.113.0/24',
        }}
        make={(name, scope, networks) =>
          body(
            api.POST('/keys', { body: { name, scopes: [scope], networks: networks.length > 0 ? networks : null } }),
          ).then(show)
        }
      />
      <RevocableRows
        label="API keys"
        columns={['Name', 'Begins with', 'What it may do', 'Last used', 'Ends']}
        query={query}
        nameOf={({ name }) => name}
        rightOf={rightsOf}
        cells={({ prefix, scopes, networks, last_used_at, expires_at, old_secret_until }) => (
          <>
            <Table.Td ff="monospace">{prefix}…</Table.Td>
            <Table.Td>
              {rightsOf({ scopes })}
              {networks !== null && (
                <Text size="xs" c="dimmed">
                  only from {networks.join(', ')}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <Moment past at={last_used_at} never="Never" />
            </Table.Td>
            <Table.Td>
              <Moment at={expires_at} never="Never" />
              {old_secret_until !== null && (
                <Text size="xs" c="dimmed">
                  the secret before ends <Moment at={old_secret_until} />
                </Text>
              )}
            </Table.Td>
          </>
        )}
        actions={({ id, name }) => (
          <Button size="xs" variant="default" onClick={() => rotate.mutate(id)} aria-label={`Rotate ${name}`}>
            Rotate
          </Button>
        )}
        revoke={{
          verb: 'Revoke',
          about: 'Whatever uses this key is kept out from that moment on. It cannot be brought back.',
          act: (id) => api.DELETE('/keys/{id}', { params: { path: { id } } }),
        }}
      />
      <SecretOnce
        title="The key"
        about="Copy it now: it is not shown again. After a rotation the secret before works for another hour."
        secret={secret}
        onClose={() => setSecret(null)}
      />
    </Panel>
  );
}
