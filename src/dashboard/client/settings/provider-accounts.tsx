import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, root } from '../api/client.js';
import type { Provider } from '../api/types.js';
import { Icon } from '../elements/icon.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { doUnlessUndone } from '../elements/undo.js';
import { ProviderStanding } from '../system/providers.js';
import { providersQuery } from '../system/system-queries.js';
import { ProviderForm } from './provider-form.js';
import { ProviderTest } from './provider-test.js';

/** The accounts through which messages leave. Those of the environment are shown, and changed there. */
export function ProviderAccounts() {
  const query = useQuery(providersQuery);
  const [edited, edit] = useState<Provider | 'new' | null>(null);
  return (
    <Panel
      title="Provider accounts"
      aside={
        <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => edit('new')}>
          Add an account
        </Button>
      }
    >
      <Loaded query={query} height={180}>
        {(providers) => (
          <Stack gap="lg">
            {providers.map((provider) => (
              <div key={`${provider.channel} ${provider.name}`}>
                <ProviderStanding provider={provider} />
                <Account provider={provider} all={providers} onEdit={() => edit(provider)} />
              </div>
            ))}
            {edited !== null && (
              <ProviderForm account={edited === 'new' ? null : edited} all={providers} onClose={() => edit(null)} />
            )}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Account({ provider, all, onEdit }: { provider: Provider; all: Provider[]; onEdit: () => void }) {
  const queries = useQueryClient();
  const { id, name, kind, fallback_id } = provider;
  if (id === null)
    return (
      <Text size="xs" c="dimmed">
        {kind}, set in the environment where Campanile is started
      </Text>
    );
  const remove = () =>
    doUnlessUndone(`Deleting ${name} …`, async () => {
      await api.DELETE('/providers/{id}', { params: { path: { id } } });
      await queries.invalidateQueries({ queryKey: ['providers'] });
    });
  const fallback = all.find((other) => other.id === fallback_id)?.name;
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed" component="div">
        {kind}
        {provider.default && ', the default of its channel'}
        {fallback !== undefined && `, ${fallback} takes over when it fails`}; reports arrive at{' '}
        <Code>{`${location.origin}${root}/inbound/${name}`}</Code>
      </Text>
      <Group gap="xs" align="flex-start">
        <ProviderTest id={id} name={name} />
        <Button size="xs" variant="default" onClick={onEdit} aria-label={`Change ${name}`}>
          Change
        </Button>
        <Button size="xs" variant="default" onClick={remove} aria-label={`Delete ${name}`}>
          Delete
        </Button>
      </Group>
    </Stack>
  );
}
