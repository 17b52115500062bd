import { Text } from '@mantine/core';
import type { Analysis } from '../api/types.js';
import { CsvButton } from '../elements/csv-button.js';
import { count, countOf, wordsOfCode } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import type { Hits, Subject } from './analyse-queries.js';
import { LeftOut, OnlyTotals } from './left-out.js';

const HOURS = 24;

/** How many clicks there were, and when most of them, or all. */
function clicksInWords(clicks: number, busiest: { clicks: number }, at: string): string {
  if (clicks === 1) return `1 click, on ${at}`;
  const which = busiest.clicks === clicks ? 'all of them' : 'most of them';
  return `${countOf(clicks, 'click')}, ${which} on ${at}`;
}

/** At which hour of which weekday links are followed: the darker, the more. */
export function HeatMap(props: { map: Analysis['click_heat_map']; subject: Subject; hits: Hits }) {
  const { map, subject, hits } = props;
  return (
    <Panel
      title="When links are followed"
      aside={
        <CsvButton path={`/${subject.kind}/${subject.id}/click-heat-map?hits=${hits}&format=csv`} name="clicks.csv" />
      }
    >
      {map === null ? <OnlyTotals /> : <Cells {...map} />}
    </Panel>
  );
}

function Cells({ cells, clicks, time_zone, runs_left_out }: NonNullable<Analysis['click_heat_map']>) {
  const busiest = cells.reduce((most, cell) => (cell.clicks > most.clicks ? cell : most));
  const at = `${wordsOfCode(busiest.weekday)}, ${busiest.hour}:00`;
  const days = cells.filter(({ hour }) => hour === 0).map(({ weekday }) => weekday);
  return (
    <>
      <div className="heat-map" role="img" aria-label={clicks === 0 ? 'No clicks' : clicksInWords(clicks, busiest, at)}>
        {days.map((day) => (
          <div key={day}>
            <Text span size="xs" c="dimmed" w={34} style={{ flexShrink: 0 }}>
              {wordsOfCode(day).slice(0, 3)}
            </Text>
            {cells
              .filter(({ weekday }) => weekday === day)
              .map((cell) => (
                <span
                  key={cell.hour}
                  title={`${wordsOfCode(day)}, ${cell.hour}:00 ${time_zone}: ${countOf(cell.clicks, 'click')}`}
                  className="cell"
                >
                  <span style={{ opacity: clicks === 0 ? 0 : cell.clicks / busiest.clicks }} />
                </span>
              ))}
          </div>
        ))}
        <div>
          <span style={{ width: 34, flexShrink: 0 }} />
          {[0, 6, 12, 18].map((hour) => (
            <Text key={hour} span size="xs" c="dimmed" style={{ flex: `${HOURS / 4} 0 0` }}>
              {hour}:00
            </Text>
          ))}
        </div>
      </div>
      <Text size="xs" c="dimmed" mt="xs">
        {clicks === 0
          ? 'No link was followed yet.'
          : `${clicksInWords(clicks, busiest, at)}${busiest.clicks < clicks ? ` (${count(busiest.clicks)})` : ''}.`}{' '}
        By the clock of {time_zone}.
      </Text>
      <LeftOut runs={runs_left_out} />
    </>
  );
}
