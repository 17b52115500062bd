import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CsvButton } from '../elements/csv-button.js';
import { count, countOf } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { PartBar } from '../elements/part-bar.js';
import { briefly, lasting } from '../elements/time.js';
import { type Hits, type Subject, waitsQuery } from './analyse-queries.js';
import { LeftOut } from './left-out.js';

/** How long recipients took from the acceptance of their message to their first click. */
export function Waits({ subject, hits }: { subject: Subject; hits: Hits }) {
  const query = useQuery(waitsQuery(subject, hits));
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
      <Loaded query={query} height={230}>
        {({ waits, recipients, median_seconds, runs_left_out }) => {
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
        }}
      </Loaded>
    </Panel>
  );
}
