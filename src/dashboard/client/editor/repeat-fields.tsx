import { Checkbox, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { WEEKDAYS } from '../../../campaigns/domain/schedule.js';
import { errorAt, type Step } from './step.js';

const REPEATS = [
  { value: 'secondly', label: 'seconds' },
  { value: 'minutely', label: 'minutes' },
  { value: 'hourly', label: 'hours' },
  { value: 'daily', label: 'days' },
  { value: 'weekly', label: 'weeks' },
  { value: 'monthly', label: 'months' },
  { value: 'yearly', label: 'years' },
  { value: 'cron', label: 'by a cron expression' },
];

const ENDS = [
  { value: 'never', label: 'Never' },
  { value: 'until', label: 'On a date' },
  { value: 'max_runs', label: 'After so many runs' },
];

/** How a recurring campaign repeats, and when it ends. */
export function RepeatFields({ draft, set, errors }: Step) {
  return (
    <Stack>
      <Group align="flex-start" grow preventGrowOverflow={false}>
        {draft.repeats !== 'cron' && (
          <NumberInput
            label="Every"
            min={1}
            maw={110}
            allowDecimal={false}
            value={draft.interval}
            onChange={(interval) => set({ interval: Number(interval) || 1 })}
            error={errorAt(errors, 'interval')}
          />
        )}
        <Select
          label={draft.repeats === 'cron' ? 'Repeats' : 'Unit'}
          allowDeselect={false}
          data={REPEATS}
          value={draft.repeats}
          onChange={(repeats) => repeats !== null && set({ repeats: repeats as typeof draft.repeats })}
          error={errorAt(errors, 'frequency')}
        />
      </Group>
      {draft.repeats === 'cron' && (
        <TextInput
          label="Cron expression"
          description="Five fields, or six with seconds first: 0 9 * * 1-5"
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={draft.cron}
          onChange={(event) => set({ cron: event.currentTarget.value })}
          error={errorAt(errors, 'cron')}
        />
      )}
      {draft.repeats === 'weekly' && (
        <WeekdayChoice
          label="On"
          description="The day of the first time, unless you choose."
          value={draft.weekdays}
          onChange={(weekdays) => set({ weekdays })}
          error={errorAt(errors, 'weekdays')}
        />
      )}
      <Group align="flex-start" grow preventGrowOverflow={false}>
        <Select
          label="Ends"
          allowDeselect={false}
          data={ENDS}
          value={draft.ends}
          onChange={(ends) => ends !== null && set({ ends: ends as typeof draft.ends })}
        />
        {draft.ends === 'until' && (
          <TextInput
            type="datetime-local"
            label="Until"
            value={draft.until}
            onChange={(event) => set({ until: event.currentTarget.value })}
            error={errorAt(errors, 'until')}
          />
        )}
        {draft.ends === 'max_runs' && (
          <NumberInput
            label="Runs"
            min={1}
            allowDecimal={false}
            value={draft.max_runs}
            onChange={(runs) => set({ max_runs: Number(runs) || 1 })}
            error={errorAt(errors, 'max_runs')}
          />
        )}
      </Group>
    </Stack>
  );
}

type Weekdays = Step['draft']['weekdays'];

/** Days of the week. */
export function WeekdayChoice(props: {
  label: string;
  description?: string;
  value: Weekdays;
  onChange: (value: Weekdays) => void;
  error?: string;
}) {
  return (
    <Checkbox.Group
      {...props}
      // In the order of the week, in whichever they were chosen.
      onChange={(chosen) => props.onChange(WEEKDAYS.filter((day) => chosen.includes(day)))}
    >
      <Group gap="sm" mt={6}>
        {WEEKDAYS.map((day) => (
          <Checkbox key={day} value={day} label={day.charAt(0).toUpperCase() + day.slice(1, 3)} aria-label={day} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
