import { Text } from '@mantine/core';
import { countOf } from '../elements/figures.js';

/** In place of what was read from a ledger that is gone. */
export function OnlyTotals() {
  return <Text c="dimmed" size="sm" p="md" children="This run is so old that only its totals are left." />;
}

/** Says that a report is about fewer runs than there were; nothing where it is about all of them. */
export function LeftOut({ runs }: { runs: number }) {
  if (runs === 0) return null;
  return (
    <Text size="xs" c="dimmed" p="sm">
      Without {countOf(runs, 'run')} so old that only their totals are left.
    </Text>
  );
}
