import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api } from '../api/client.js';
import type { Provider } from '../api/types.js';
import { Icon } from '../elements/icon.js';
import { Loaded } from '../elements/loaded.js';
import { Needs, useBar } from '../elements/needs.js';
import { Panel } from '../elements/panel.js';
import { doUnlessUndone } from '../elements/undo.js';
import { mayLose, useUnsaved } from '../elements/unsaved.js';
import { ProviderStanding } from '../system/providers.js';
import { providersQuery } from '../system/system-queries.js';
import { ProviderForm } from './provider-form.js';
import { ProviderTest } from './provider-test.js';

/** The accounts through which messages leave. Those of the environment are shown, and changed there. */
export function ProviderAccounts() {
  const query = useQuery(providersQuery);
  const bar = useBar('admin');
  const [open, { open: show, close }] = useDisclosure();
  const [edited, setEdited] = useState<Provider | null>(null);
  // Known at once, also to a key that is pressed before what was typed is drawn.
  const dirty = useRef(false);
  // Any move: the parts of the settings are places of one screen.
  useUnsaved(
    () => open && dirty.current,
    () => true,
  );
  const edit = (account: Provider | null) => {
    setEdited(account);
    dirty.current = false;
    show();
  };
  return (
    <Panel
      title="Provider accounts"
      aside={
        <Button {...bar} size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => edit(null)}>
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
            <Modal
              opened={open}
              onClose={() => (!dirty.current || mayLose()) && close()}
              size="lg"
              title={edited === null ? 'Add an account' : `Change ${edited.name}`}
              closeButtonProps={{ 'aria-label': 'Close' }}
              // The page has its banner already.
              attributes={{ header: { role: 'presentation' } }}
            >
              <ProviderForm account={edited} all={providers} dirtyRef={dirty} onDone={close} />
            </Modal>
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
    doUnlessUndone(`delete provider ${id}`, `Deleting ${name} …`, async () => {
      await api.DELETE('/providers/{id}', { params: { path: { id } }, keepalive: true });
      await queries.invalidateQueries({ queryKey: ['providers'] });
    });
  // Accounts of the environment have no id: to have no fallback is not to have one of them.
  const fallback = fallback_id === null ? undefined : all.find((other) => other.id === fallback_id)?.name;
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed" component="div">
        {kind}
        {provider.default && ', the default of its channel'}
        {fallback !== undefined && `, ${fallback} takes over when it fails`}; reports arrive at{' '}
        <Code>{provider.reports_to}</Code>
      </Text>
      <Needs scope="admin">
        <Group gap="xs" align="flex-start">
          <ProviderTest id={id} name={name} />
          <Button size="xs" variant="default" onClick={onEdit} aria-label={`Change ${name}`}>
            Change
          </Button>
          <Button size="xs" variant="default" onClick={remove} aria-label={`Delete ${name}`}>
            Delete
          </Button>
        </Group>
      </Needs>
    </Stack>
  );
}
