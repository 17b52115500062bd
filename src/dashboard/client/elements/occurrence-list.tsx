import { Group, Stack, Text } from '@mantine/core';
import { formatTimeOfDay, formatWall } from '../../../campaigns/domain/wall-time.js';
import { Icon } from './icon.js';
import { Moment } from './moment.js';
import { offsetsBeside } from './offsets-beside.js';

interface Shown {
  at: string;
  local: string;
  note: string | null;
}

/** Coming times by the clock of their zone; those that DST or a month's end bends say so, with the offset where the clock alone misleads. */
export function OccurrenceList({ occurrences, zone }: { occurrences: Shown[]; zone: string }) {
  const offsets = offsetsBeside(occurrences);
  return (
    <Stack component="ol" gap={6} className="figures" p={0} m={0} style={{ listStyle: 'none' }}>
      {occurrences.map(({ at, local, note }, index) => (
        <li key={at}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm">
              {formatWall(local, 'EEE d MMM yyyy')}, <b>{formatTimeOfDay(local)}</b>
              {offsets[index] !== null && ` (${offsets[index]})`}
            </Text>
            <Text size="sm" c="dimmed">
              <Moment at={at} zone={zone} />
            </Text>
          </Group>
          {note !== null && (
            <Group gap={6} wrap="nowrap" align="flex-start">
              <Text span c="var(--in-doubt)" lh={1}>
                <Icon name="warning" size={15} />
              </Text>
              <Text size="xs">{note}</Text>
            </Group>
          )}
        </li>
      ))}
    </Stack>
  );
}
