import { Button, Group, Select, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, everything, page } from '../api/client.js';
import type { Delivery, RunAnalytics } from '../api/types.js';
import { count, wordsOfCode } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { shortly } from '../elements/time.js';
import { useCorrections } from '../runs/use-corrections.js';

/** Failures that are looked at to tell the reasons apart. */
const MOST = 2_000;

interface Reason {
  reason: string;
  recipients: number;
  /** What the provider said of one of them. */
  words: string | null;
}

function reasonsOf(deliveries: Delivery[]): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const { reason, failed_attempts } of deliveries) {
    const key = reason ?? 'unknown';
    const known = reasons.get(key) ?? { reason: key, recipients: 0, words: null };
    reasons.set(key, {
      ...known,
      recipients: known.recipients + 1,
      words: known.words ?? failed_attempts.at(-1)?.response ?? null,
    });
  }
  return [...reasons.values()].sort((a, b) => b.recipients - a.recipients);
}

/** Why recipients of a run failed, most of them first, each with another try. Not there where none did. */
export function Failures({ runs }: { runs: RunAnalytics[] }) {
  const failing = runs.filter(({ failed }) => failed > 0);
  const [chosen, choose] = useState<string | null>(null);
  const run = failing.find(({ run_id }) => String(run_id) === chosen) ?? failing[0];
  if (!run) return null;
  return (
    <Panel
      title="Failures by reason"
      flush
      aside={
        <Select
          size="xs"
          aria-label="Failures of which run"
          allowDeselect={false}
          value={String(run.run_id)}
          onChange={choose}
          data={failing.map(({ run_id, failed, scheduled_for }) => ({
            value: String(run_id),
            label: `Run #${run_id}, ${shortly(new Date(scheduled_for))}: ${count(failed)}`,
          }))}
          w={300}
        />
      }
    >
      <FailureReasons run={run} />
    </Panel>
  );
}

function FailureReasons({ run }: { run: RunAnalytics }) {
  const { retryFailed, busy } = useCorrections(run.run_id);
  const query = useQuery({
    queryKey: ['runs', run.run_id, 'failures', run.failed],
    queryFn: async () => {
      const path = { id: run.run_id };
      const ask = (cursor?: string) =>
        page(api.GET('/runs/{id}/deliveries', { params: { path, query: { outcome: 'failed', limit: 200, cursor } } }));
      return reasonsOf(await everything(ask, MOST));
    },
  });
  return (
    <Loaded query={query} height={120}>
      {(reasons) => (
        <>
          <Rows label="Failures by reason" columns={['Reason', 'Recipients', 'In the words of the provider', '']}>
            {reasons.map(({ reason, recipients, words }) => (
              <Table.Tr key={reason}>
                <Table.Td fw={550}>{wordsOfCode(reason)}</Table.Td>
                <Table.Td>{count(recipients)}</Table.Td>
                <Table.Td>
                  <Text size="sm" c="dimmed" lineClamp={2}>
                    {words ?? '–'}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  <Button size="xs" variant="default" loading={busy} onClick={() => retryFailed(reason)}>
                    Retry these
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
          {run.failed > MOST && (
            <Group p="sm">
              <Text size="xs" c="dimmed">
                Counted among the first {count(MOST)} of {count(run.failed)} failures.
              </Text>
            </Group>
          )}
        </>
      )}
    </Loaded>
  );
}
