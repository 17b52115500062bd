import { Group, Stack, Text } from '@mantine/core';
import type { Overview, RunningRun } from '../api/types.js';
import { count, share, shareOf } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { OutcomeBar } from '../elements/outcome-bar.js';
import { Panel } from '../elements/panel.js';
import { AwaitingWinner } from '../runs/awaiting-winner.js';
import { paceOf } from '../runs/pace.js';
import { useSpeed } from '../runs/use-speed.js';
import { GoingDot } from '../elements/status.js';

/** The runs that have not ended: how far each is, how fast it goes and how long that will take. */
export function RunningNow({ runs, all, lookedAt }: { runs: Overview['running']; all: number; lookedAt: number }) {
  return (
    <Panel title="Running now">
      {runs.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nothing at this moment.
        </Text>
      ) : (
        <Stack gap="md">
          {runs.map((run) => (
            <Progress key={run.run_id} run={run} lookedAt={lookedAt} />
          ))}
          {all > runs.length && (
            <Text size="xs" c="dimmed">
              The latest {count(runs.length)} of {count(all)}.
            </Text>
          )}
        </Stack>
      )}
    </Panel>
  );
}

function Progress({ run, lookedAt }: { run: RunningRun; lookedAt: number }) {
  const settled = run.audience - run.pending;
  const speed = useSpeed(settled, lookedAt);
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <TextLink to="/runs/$runId" params={{ runId: String(run.run_id) }} fw={550} size="sm">
          {run.campaign_name}
        </TextLink>
        <Text size="xs" component="div">
          <GoingDot run={run} />
        </Text>
      </Group>
      <OutcomeBar counts={run} />
      <Group justify="space-between" gap="xs" mt={4} className="figures">
        <Text size="xs" c="dimmed">
          {count(settled)} of {count(run.audience)}
          {run.frozen ? ` · ${share(shareOf(settled, run.audience))}` : ', still being counted'}
        </Text>
        <Text size="xs" c="dimmed">
          {paceOf(run, speed)}
        </Text>
      </Group>
      <AwaitingWinner run={run} />
      {run.reason !== null && <Text size="xs">{run.reason}</Text>}
    </div>
  );
}
