import { Group, Select, Text } from '@mantine/core';
import { type Preset, PRESETS } from '../../../analytics/domain/timeline.js';
import type { Analysis, CampaignAnalytics, RunAnalytics } from '../api/types.js';
import { CsvButton } from '../elements/csv-button.js';
import { Panel } from '../elements/panel.js';
import { StepChart } from '../elements/step-chart.js';
import type { Hits, Subject } from './analyse-queries.js';
import { LeftOut, OnlyTotals } from './left-out.js';
import { useView } from './use-view.js';

const WORDS: Record<Preset, string> = {
  all: 'From the first send on',
  first_hour: 'The first hour',
  first_day: 'The first day',
  first_week: 'The first week',
  first_month: 'The first month',
};

/** What the chart takes, in pixels; so much is there before it, that nothing below moves when the first come to an end. */
const ROOM = 250;

/** What became of recipients step by step, from the send on. */
export function Timeline({
  timeline,
  subject,
  counts,
  hits,
}: {
  timeline: Analysis['timeline'];
  subject: Subject;
  counts: CampaignAnalytics | RunAnalytics;
  hits: Hits;
}) {
  const [{ preset }, change] = useView();
  return (
    <Panel
      title="Timeline"
      aside={
        <Group gap="xs">
          <Select
            size="xs"
            w={190}
            aria-label="Stretch"
            allowDeselect={false}
            data={PRESETS.map((value) => ({ value, label: WORDS[value] }))}
            value={preset}
            onChange={(value) => change({ preset: value === 'all' || value === null ? undefined : value })}
          />
          <CsvButton
            path={`/${subject.kind}/${subject.id}/timeline?preset=${preset}&hits=${hits}&format=csv`}
            name={`timeline-${preset}.csv`}
          />
        </Group>
      }
    >
      {timeline === null ? (
        <OnlyTotals />
      ) : timeline.steps.length === 0 ? (
        <Text c="dimmed" size="sm" mih={ROOM} children="Nobody came to an end yet." />
      ) : (
        <>
          <StepChart {...timeline} zone={timeline.time_zone} bases={counts} />
          <LeftOut runs={timeline.runs_left_out} />
        </>
      )}
    </Panel>
  );
}
