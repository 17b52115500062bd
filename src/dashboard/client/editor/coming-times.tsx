import { List, Stack, Text } from '@mantine/core';
import { recurrenceMessage } from '../../../campaigns/domain/recurrence-message.js';
import { nextOccurrence, occurrences } from '../../../campaigns/domain/recurrence.js';
import { readSchedule } from '../../../campaigns/domain/schedule-request.js';
import { OccurrenceList } from '../elements/occurrence-list.js';
import { useMinute } from '../elements/use-now.js';
import { type Draft, scheduleFields } from './draft.js';

/** The schedule in words and its next ten times, by the arithmetic that will open the runs; or what is wrong with it. */
export function ComingTimes({ draft }: { draft: Draft }) {
  const now = new Date(useMinute());
  const fields = scheduleFields(draft);
  const read = readSchedule({ ...fields, type: draft.type });
  if ('faults' in read)
    return (
      <List size="sm" c="var(--mantine-color-error)">
        {read.faults.map(({ message }) => (
          <List.Item key={message}>{message}</List.Item>
        ))}
      </List>
    );
  const { schedule } = read;
  const from = draft.type === 'one_time' ? schedule.anchorAt : now;
  const next = occurrences(schedule, from, Math.min(10, fields.max_runs ?? 10));
  const words = recurrenceMessage({
    schedule,
    next: nextOccurrence(schedule, new Date(from.getTime() - 1)),
    runs: 0,
    maxRuns: fields.max_runs,
    status: 'pending',
    recipientTimeZone: draft.recipient_time_zone,
  });
  const past = draft.type === 'one_time' && schedule.anchorAt.getTime() < now.getTime();
  return (
    <Stack gap="sm">
      <Text fw={550}>{words.replace(/; (?:no runs yet|0 of \d+ runs so far)$/, '')}</Text>
      {past && <Text size="sm">This time is past: it is sent as soon as it is launched.</Text>}
      <OccurrenceList
        occurrences={next.map(({ at, local, note }) => ({ at: at.toISOString(), local, note }))}
        zone={schedule.timeZone}
      />
    </Stack>
  );
}
