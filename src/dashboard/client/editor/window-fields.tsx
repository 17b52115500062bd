import { Group, Stack, Switch, TextInput } from '@mantine/core';
import { WeekdayChoice } from './repeat-fields.js';
import type { Step } from './step.js';

/** The hours in which it may be sent, by each recipient's clock. */
export function WindowFields({ draft, set, errors }: Step) {
  const { window } = draft;
  const time = (label: string, key: 'from' | 'to') =>
    window && (
      <TextInput
        type="time"
        label={label}
        value={window[key]}
        onChange={(event) => set({ window: { ...window, [key]: event.currentTarget.value } })}
        error={errors[`send_window/${key}`]}
      />
    );
  return (
    <Stack>
      <Switch
        label="Only at certain hours, by each recipient's clock"
        description="Who is outside of them waits for the next opening."
        checked={window !== null}
        onChange={(event) => set({ window: event.currentTarget.checked ? { from: '09:00', to: '20:00' } : null })}
        error={errors.send_window}
      />
      {window && (
        <>
          <Group grow>
            {time('From', 'from')}
            {time('To', 'to')}
          </Group>
          <WeekdayChoice
            label="On"
            description="Every day, unless you choose."
            value={draft.windowWeekdays}
            onChange={(windowWeekdays) => set({ windowWeekdays })}
            error={errors['send_window/weekdays']}
          />
        </>
      )}
    </Stack>
  );
}
