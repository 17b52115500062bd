import { Checkbox, Grid, MultiSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Segment } from '../api/types.js';
import { audienceRule } from '../campaigns/audience-rule.js';
import { count } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { LiveSize } from '../segments/live-size.js';
import { segmentsQuery } from '../segments/segment-queries.js';
import { errorAt, type Step } from './step.js';

const choicesOf = (segments: Segment[] | undefined) =>
  (segments ?? []).map(({ name, size }) => ({
    value: name,
    label: size === null ? name : `${name} (${count(size)})`,
  }));

/** Whom it is for. */
export function AudienceStep({ draft, set, errors }: Step) {
  const { data: segments } = useQuery(segmentsQuery);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Panel title="Whom it is for">
          <Stack>
            <MultiSelect
              label="In any of these segments"
              description="Who is in several gets it once."
              placeholder={draft.include.length === 0 ? 'Everyone' : undefined}
              searchable
              clearable
              data={choicesOf(segments)}
              value={draft.include}
              onChange={(include) => set({ include })}
              error={errorAt(errors, 'include')}
              clearButtonProps={{ 'aria-label': 'Everyone' }}
            />
            <MultiSelect
              label="But in none of these"
              placeholder={draft.exclude.length === 0 ? 'Nobody is left out' : undefined}
              searchable
              clearable
              data={choicesOf(segments)}
              value={draft.exclude}
              onChange={(exclude) => set({ exclude })}
              error={errorAt(errors, 'exclude')}
              clearButtonProps={{ 'aria-label': 'Leave nobody out' }}
            />
            <Checkbox
              label="Only whom this campaign has not reached before"
              checked={draft.only_new}
              onChange={(event) => set({ only_new: event.currentTarget.checked })}
            />
          </Stack>
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Panel title="Size now">
          <LiveSize rule={audienceRule(draft)} />
          <Text size="sm" c="dimmed">
            contacts{draft.only_new && ', those reached before among them'}. Who is in it is settled when a run opens;
            who unsubscribed or has no address is then left out, and counted.
          </Text>
        </Panel>
      </Grid.Col>
    </Grid>
  );
}
