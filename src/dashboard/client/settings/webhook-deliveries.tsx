import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import type { WebhookDelivery } from '../api/types.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { tellDone, tellTrouble } from '../elements/notices.js';
import { Rows } from '../elements/rows.js';
import { Dot } from '../elements/status.js';
import { Trouble } from '../elements/trouble.js';
import { webhookDeliveriesQuery } from './settings-queries.js';

const COLOURS: Record<WebhookDelivery['state'], string> = {
  pending: 'var(--pending)',
  sending: 'var(--pending)',
  delivered: 'var(--sent)',
  failed: 'var(--failed)',
};

/** What is sent again where nobody says since when: a month, longer than most keep it. */
const LOOK_BACK_MS = 31 * 86_400_000;

/** What an endpoint was told lately, what it answered, and telling it once more. */
export function WebhookDeliveries({ id }: { id: number }) {
  const query = useInfiniteQuery(webhookDeliveriesQuery(id));
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const replay = useMutation({
    mutationFn: (delivery_id: number) =>
      body(api.POST('/webhooks/{id}/deliveries/{delivery_id}/replay', { params: { path: { id, delivery_id } } })),
    onSuccess: refresh,
    onError: tellTrouble,
  });
  const replayAll = useMutation({
    mutationFn: () => {
      const since = new Date(Date.now() - LOOK_BACK_MS).toISOString();
      return body(api.POST('/webhooks/{id}/replay', { params: { path: { id } }, body: { since } }));
    },
    onSuccess: ({ replayed }) => (tellDone(`${replayed} are sent again`), refresh()),
    onError: tellTrouble,
  });
  const rows = query.data?.pages.flatMap((part) => part.rows);
  if (rows === undefined) return query.error ? <Trouble error={query.error} /> : <Skeleton height={120} />;
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing happened yet that it listens to.
      </Text>
    );
  return (
    <div>
      <Rows label="What it was told" narrow="stack" columns={['Event', 'Happened', 'State', 'Answer', '']}>
        {rows.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td ff="monospace">{row.event}</Table.Td>
            <Table.Td>
              <Moment past at={row.created_at} />
            </Table.Td>
            <Table.Td>
              <Dot colour={COLOURS[row.state]}>{row.state}</Dot>
              {row.next_try_at !== null && (
                <Text size="xs" c="dimmed">
                  next try <Moment at={row.next_try_at} />
                </Text>
              )}
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{row.error ?? row.answer ?? '–'}</Table.Td>
            <Table.Td>
              <Button
                size="xs"
                variant="default"
                disabled={row.state === 'sending'}
                onClick={() => replay.mutate(row.id)}
                aria-label={`Send again event ${row.id}`}
              >
                Send again
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Rows>
      <More query={query} />
      <Group mt="xs">
        <Button size="xs" variant="default" loading={replayAll.isPending} onClick={() => replayAll.mutate()}>
          Send again what was not taken
        </Button>
      </Group>
    </div>
  );
}
