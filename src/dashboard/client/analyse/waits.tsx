import { Group, Stack, Text } from '@mantine/core';
import type { Analysis } from '../api/types.js';
import { CsvButton } from '../elements/csv-button.js';
import { count, countOf } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { PartBar } from '../elements/part-bar.js';
import { briefly, lasting } from '../elements/time.js';
import type { Hits, Subject } from './analyse-queries.js';
import { LeftOut, OnlyTotals } from './left-out.js';

/** How long recipients took from the acceptance of their message to their first click. */
export function Waits(props: { report: Analysis['time_to_click']; subject: Subject; hits: Hits }) {
  const { report, subject, hits } = props;
  return (
    <Panel
      title="Time to click"
      aside={
        <CsvButton
          path={`/${subject.kind}/${subject.id}/time-to-click?hits=${hits}&format=csv`}
          name="time-to-click.csv"
        />
      }
    >
      {report === null ? <OnlyTotals /> : <Bars {...report} />}
    </Panel>
  );
}

function Bars({ waits, recipients, median_seconds, runs_left_out }: NonNullable<Analysis['time_to_click']>) {
  const most = Math.max(1, ...waits.map((wait) => wait.recipients));
  const shown = waits.slice(0, waits.findLastIndex((wait) => wait.recipients > 0) + 1);
  return (
    <Stack gap={3} className="figures">
      {shown.map(({ from_seconds, to_seconds, recipients }) => (
        <Group key={from_seconds} gap="xs" wrap="nowrap">
          <Text size="xs" c="dimmed" w={110} style={{ whiteSpace: 'nowrap' }}>
            {to_seconds === null
              ? `over ${briefly(from_seconds)}`
              : `${from_seconds === 0 ? 0 : briefly(from_seconds)} – ${briefly(to_seconds)}`}
          </Text>
          <div style={{ flex: 1 }}>
            <PartBar part={recipients} all={most} colour="var(--clicked)" />
          </div>
          <Text size="xs" w={44} ta="right">
            {count(recipients)}
          </Text>
        </Group>
      ))}
      <Text size="xs" c="dimmed" mt="xs">
        {median_seconds === null
          ? 'Nobody clicked yet.'
          : recipients === 1
            ? `1 recipient, who took ${lasting(median_seconds)}.`
            : `${countOf(recipients, 'recipient')}; half of them took no longer than ${lasting(median_seconds)}.`}
      </Text>
      <LeftOut runs={runs_left_out} />
    </Stack>
  );
}
