import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Webhook } from '../api/types.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { Dot } from '../elements/status.js';
import { doUnlessUndone } from '../elements/undo.js';
import { NewWebhook } from './new-webhook.js';
import { SecretOnce } from './secret-once.js';
import { webhooksQuery } from './settings-queries.js';
import { WebhookDeliveries } from './webhook-deliveries.js';

const EXAMPLE = { url: 'https://crm.example/hooks/campanile', events: ['run.completed'] };

/** The endpoints of others that are told what happens: made, tested, paused, given another secret, taken away. */
export function Webhooks() {
  const query = useQuery(webhooksQuery);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Panel title="Webhooks">
      <Stack gap="lg">
        <NewWebhook onMade={setSecret} />
        <Loaded query={query} height={160}>
          {(webhooks) =>
            webhooks.length === 0 ? (
              <Empty icon="bell" title="No webhook yet" command={curl('POST', '/webhooks', EXAMPLE)}>
                A webhook tells a program of yours, such as a CRM, what happens here as it happens. Add the first with
                the form above, or so:
              </Empty>
            ) : (
              webhooks.map((webhook) => <Endpoint key={webhook.id} webhook={webhook} onSecret={setSecret} />)
            )
          }
        </Loaded>
      </Stack>
      <SecretOnce
        title="The secret"
        about="Events are signed with it, as Standard Webhooks says. Copy it now: it is not shown again. After a rotation the secret before signs as well for a day."
        secret={secret}
        onClose={() => setSecret(null)}
      />
    </Panel>
  );
}

function Endpoint({ webhook, onSecret }: { webhook: Webhook; onSecret: (secret: string) => void }) {
  const { id, url, active } = webhook;
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const params = { path: { id } };
  const change = useMutation({
    mutationFn: () => body(api.PATCH('/webhooks/{id}', { params, body: { active: !active } })),
    onSuccess: refresh,
    onError: tellTrouble,
  });
  const rotate = useMutation({
    mutationFn: () => body(api.POST('/webhooks/{id}/rotate', { params })),
    onSuccess: (made) => (onSecret(made.secret), refresh()),
    onError: tellTrouble,
  });
  const test = useMutation({
    mutationFn: () => body(api.POST('/webhooks/{id}/test', { params })),
    onSuccess: refresh,
    onError: tellTrouble,
  });
  const remove = () =>
    doUnlessUndone(`delete webhook ${id}`, `Deleting ${url} …`, async () => {
      await api.DELETE('/webhooks/{id}', { params, keepalive: true });
      await refresh();
    });
  return (
    <Stack gap="xs" role="group" aria-label={url}>
      <Standing webhook={webhook} />
      <Group gap="xs">
        <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
        <Button size="xs" variant="default" onClick={() => setOpen(!open)} aria-expanded={open}>
          What it was told
        </Button>
        <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate()}>
          {active ? 'Pause' : 'Go on'}
        </Button>
        <Button size="xs" variant="default" loading={rotate.isPending} onClick={() => rotate.mutate()}>
          Rotate
        </Button>
        <Button size="xs" variant="default" onClick={remove} aria-label={`Delete ${url}`}>
          Delete
        </Button>
      </Group>
      <Text size="xs" component="div" aria-live="polite">
        {test.data && (
          <Dot wrap colour={test.data.error === null ? 'var(--sent)' : 'var(--failed)'}>
            {test.data.error ?? `it answered ${test.data.answer}`}
          </Dot>
        )}
      </Text>
      {open && <WebhookDeliveries id={id} />}
    </Stack>
  );
}

/** Where an endpoint is, what it is told, and how it fares. */
function Standing({ webhook }: { webhook: Webhook }) {
  const { url, description, events, active, disabled_reason, failing_since, held_until, old_secret_until } = webhook;
  const ails = disabled_reason ?? (failing_since === null ? null : 'it did not take the last');
  const colour = ails !== null ? 'var(--failed)' : active ? 'var(--sent)' : 'var(--in-doubt)';
  const name = description === null || description === '' ? '' : `${description}: `;
  return (
    <div>
      <Text fw={550} size="sm" style={{ overflowWrap: 'anywhere' }}>
        {name}
        {url}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <Dot wrap colour={colour}>
          {[active ? 'active' : disabled_reason === null ? 'paused' : 'disabled', ails].filter(Boolean).join(': ')}
        </Dot>{' '}
        · {events.join(', ')}
        {held_until !== null && (
          <>
            {' '}
            · left alone as it asked; it is told again <Moment at={held_until} />
          </>
        )}
        {old_secret_until !== null && (
          <>
            {' '}
            · the secret before ends <Moment at={old_secret_until} />
          </>
        )}
      </Text>
    </div>
  );
}
