import { Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../api/types.js';
import { TextLink } from '../elements/links.js';
import { calendarQuery } from './calendar-query.js';
import { entryWords } from './entry-words.js';
import { dayOf } from './month.js';

type Day = Schemas['CalendarDay'];
type Entry = Schemas['CalendarEntry'];

/** Campaigns of a day until somebody asks for more. */
export const SHOWN = 4;
/** The most that the API names of a day. */
const MOST = 1_000;

/** A day of the calendar: what ran and what will, each campaign once, and all of them on demand. */
export function CalendarDay({ day, outside }: { day: Day; outside: boolean }) {
  const [open, setOpen] = useState(false);
  const all = useQuery({ ...calendarQuery(day.date, day.date, MOST), enabled: open });
  const entries = (open ? all.data?.days[0]?.entries : null) ?? day.entries;
  const left = day.campaigns - entries.length;
  const today = day.date === dayOf(new Date());
  const date = new Date(`${day.date}T12:00:00`);
  return (
    <div className={outside ? 'outside' : day.campaigns === 0 ? 'nothing' : undefined}>
      <Text size="xs" c={today ? 'var(--accent)' : 'dimmed'} fw={today ? 700 : 400} mb={2}>
        <time dateTime={day.date}>
          {date.getDate()} <span className="narrow">{date.toLocaleDateString('en-GB', { weekday: 'long' })}</span>
        </time>
        {today && ' · today'}
      </Text>
      {entries.map((entry) => (
        <DayEntry key={entry.campaign_id} entry={entry} />
      ))}
      {left > 0 && open && all.data && (
        <Text size="xs" c="dimmed">
          and {left} more
        </Text>
      )}
      {left > 0 && !(open && all.data) && (
        <UnstyledButton onClick={() => setOpen(true)} fz="xs" c="dimmed" td="underline">
          and {left} more
        </UnstyledButton>
      )}
    </div>
  );
}

function DayEntry({ entry }: { entry: Entry }) {
  const { campaign_id, campaign_name, runs, planned, run_id, deleted } = entry;
  const { when, leftOut, said, isOne } = entryWords(entry);
  const colour = planned > 0 ? 'var(--accent)' : runs > 0 ? 'var(--sent)' : 'var(--skipped)';
  return (
    <Text size="xs" className="figures" lineClamp={2} title={`${campaign_name}: ${said}`}>
      <span
        aria-hidden="true"
        style={{ display: 'inline-block', width: 7, height: 7, marginRight: 5, borderRadius: 7, background: colour }}
      />
      {[when, leftOut].filter(Boolean).join(', ')}{' '}
      {run_id !== null && (isOne || deleted) ? (
        <TextLink to="/runs/$runId" params={{ runId: String(run_id) }}>
          {campaign_name}
        </TextLink>
      ) : (
        <TextLink to="/campaigns/$campaignId" params={{ campaignId: String(campaign_id) }}>
          {campaign_name}
        </TextLink>
      )}
    </Text>
  );
}
