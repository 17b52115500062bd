import { Grid, SegmentedControl, Select, Stack, Switch, TextInput } from '@mantine/core';
import { isTimeZone } from '../../../audience/domain/time-zone.js';
import { Panel } from '../elements/panel.js';
import { ComingTimes } from './coming-times.js';
import { PolicyFields } from './policy-fields.js';
import { RepeatFields } from './repeat-fields.js';
import { errorAt, type Step } from './step.js';
import { WindowFields } from './window-fields.js';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC' && isTimeZone(zone))];

const TYPES = [
  { value: 'one_time', label: 'Once' },
  { value: 'recurring', label: 'Again and again' },
];

/** When it is sent. `fixedType` says that once or again is decided already. */
export function ScheduleStep({ draft, set, errors, fixedType }: Step & { fixedType: boolean }) {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <Panel title="When">
            <Stack>
              <SegmentedControl
                aria-label="How often"
                disabled={fixedType}
                data={TYPES}
                value={draft.type}
                onChange={(type) => set({ type: type as typeof draft.type })}
              />
              <TextInput
                type="datetime-local"
                label={draft.type === 'recurring' ? 'First time' : 'Time'}
                required
                value={draft.schedule_time}
                onChange={(event) => set({ schedule_time: event.currentTarget.value })}
                error={errorAt(errors, 'schedule_time')}
              />
              <Select
                label="Time zone"
                searchable
                allowDeselect={false}
                limit={80}
                data={ZONES.includes(draft.time_zone) ? ZONES : [draft.time_zone, ...ZONES]}
                value={draft.time_zone}
                onChange={(zone) => zone !== null && set({ time_zone: zone })}
                error={errorAt(errors, 'time_zone')}
              />
              {draft.type === 'recurring' && <RepeatFields draft={draft} set={set} errors={errors} />}
              <Switch
                label="At that time wherever each contact is"
                description="10:00 in Berlin for those in Berlin, 10:00 in Lima for those in Lima."
                checked={draft.recipient_time_zone}
                onChange={(event) => set({ recipient_time_zone: event.currentTarget.checked })}
                error={errorAt(errors, 'recipient_time_zone')}
              />
              {draft.recipient_time_zone && (
                <Select
                  label="Where that time is past already"
                  allowDeselect={false}
                  data={[
                    { value: 'send_now', label: 'Send at once' },
                    { value: 'skip', label: 'Leave them out' },
                  ]}
                  value={draft.late}
                  onChange={(late) => late !== null && set({ late: late as typeof draft.late })}
                />
              )}
            </Stack>
          </Panel>
          <Panel title="Hours of sending">
            <WindowFields draft={draft} set={set} errors={errors} />
          </Panel>
          {draft.type === 'recurring' && (
            <Panel title="When something comes between">
              <PolicyFields draft={draft} set={set} errors={errors} />
            </Panel>
          )}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Panel title="What this comes to">
          <ComingTimes draft={draft} />
        </Panel>
      </Grid.Col>
    </Grid>
  );
}
