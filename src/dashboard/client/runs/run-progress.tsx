import { Group, Stack, Text } from '@mantine/core';
import type { Run } from '../api/types.js';
import { count, share, shareOf } from '../elements/figures.js';
import { OutcomeBar, OutcomeFigures } from '../elements/outcome-bar.js';
import { Panel } from '../elements/panel.js';
import { lasting } from '../elements/time.js';
import { AwaitingWinner } from './awaiting-winner.js';
import { InDoubt } from './in-doubt.js';
import { paceOf } from './pace.js';
import { useSpeed } from './use-speed.js';

/** How far a run is, how fast it goes, and when it will be through. */
export function RunProgress({ run, lookedAt }: { run: Run; lookedAt: number }) {
  const settled = run.audience - run.pending;
  const speed = useSpeed(settled, lookedAt);
  return (
    <Panel title="Progress">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" className="figures">
          <Text size="sm" aria-live="off">
            <b>{share(shareOf(settled, run.audience))}</b> · {count(settled)} of {count(run.audience)} settled
            {!run.frozen && ', the audience is still being counted'}
          </Text>
          <Text size="sm" c="dimmed">
            {pace(run, speed)}
          </Text>
        </Group>
        <OutcomeBar counts={run} height={16} />
        <OutcomeFigures counts={run} />
        <InDoubt run={run} />
        <AwaitingWinner run={{ ...run, run_id: run.id }} />
      </Stack>
    </Panel>
  );
}

function pace(run: Run, speed: number | null): string {
  if (run.finished_at !== null) {
    const took = (Date.parse(run.finished_at) - Date.parse(run.opened_at)) / 1000;
    // A correction opens a run again, long after it had ended: then that is no length of sending.
    return `Ended ${lasting(took)} after it opened`;
  }
  return paceOf(run, speed);
}
