import { Group, SegmentedControl, Select } from '@mantine/core';
import type { RunAnalytics } from '../api/types.js';
import { shortly } from '../elements/time.js';
import { useView } from './use-view.js';

/** Chooses all runs or one, by the campaign's own clock, and whether machines that open and follow links count. */
export function ViewChoice({ runs, zone }: { runs: RunAnalytics[]; zone: string }) {
  const [view, change] = useView();
  return (
    <Group gap="xs">
      <Select
        aria-label="Which runs"
        w={260}
        allowDeselect={false}
        value={view.run === null ? 'all' : String(view.run)}
        onChange={(run) => change({ run: run === 'all' || run === null ? undefined : run })}
        data={[
          { value: 'all', label: 'All runs' },
          ...runs.map(({ run_id, scheduled_for }) => ({
            value: String(run_id),
            label: `Run #${run_id}, ${shortly(new Date(scheduled_for), zone)}`,
          })),
        ]}
      />
      <SegmentedControl
        aria-label="Whose opens and clicks"
        data={[
          { value: 'human', label: 'People' },
          { value: 'all', label: 'People and machines' },
        ]}
        value={view.hits}
        onChange={(hits) => change({ hits: hits === 'human' ? undefined : hits })}
      />
    </Group>
  );
}
