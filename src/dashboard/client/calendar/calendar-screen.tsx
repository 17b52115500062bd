import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { TextLink } from '../elements/links.js';
import { Screen } from '../elements/screen.js';
import { OWN_ZONE } from '../elements/time.js';
import { type Entry, useEntries } from './entries.js';
import { dayOf, daysShown, monthInWords, monthOf, monthsLater } from './month.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const SHOWN = 4;

/** A month of runs, those that were and those that will be. */
export function CalendarScreen() {
  const search = useSearch({ from: '/calendar' });
  const navigate = useNavigate({ from: '/calendar' });
  const month = /^\d{4}-\d\d$/.test(search.month ?? '') ? search.month! : monthOf(new Date());
  const entries = useEntries();
  const go = (to: string | undefined) => void navigate({ search: { month: to }, replace: true });
  return (
    <Screen
      title={monthInWords(month)}
      about={`Runs by the clock of ${OWN_ZONE}`}
      actions={
        <Group gap="xs">
          <Button variant="default" onClick={() => go(monthsLater(month, -1))} aria-label="The month before">
            ‹
          </Button>
          <Button variant="default" onClick={() => go(undefined)}>
            Today
          </Button>
          <Button variant="default" onClick={() => go(monthsLater(month, 1))} aria-label="The month after">
            ›
          </Button>
        </Group>
      }
    >
      {entries === undefined ? (
        <Skeleton height={640} />
      ) : (
        <div className="month">
          {WEEKDAYS.map((weekday) => (
            <div key={weekday} className="weekday">
              {weekday}
            </div>
          ))}
          {daysShown(month).map((day) => (
            <Day key={dayOf(day)} day={day} outside={monthOf(day) !== month} entries={entries.get(dayOf(day)) ?? []} />
          ))}
        </div>
      )}
    </Screen>
  );
}

function Day({ day, outside, entries }: { day: Date; outside: boolean; entries: Entry[] }) {
  const today = dayOf(day) === dayOf(new Date());
  return (
    <div className={outside ? 'outside' : entries.length === 0 ? 'nothing' : undefined}>
      <Text size="xs" c={today ? 'var(--accent)' : 'dimmed'} fw={today ? 700 : 400} mb={2}>
        <time dateTime={dayOf(day)}>
          {day.getDate()} <span className="narrow">{day.toLocaleDateString('en-GB', { weekday: 'long' })}</span>
        </time>
        {today && ' · today'}
      </Text>
      {entries.slice(0, SHOWN).map((entry) => (
        <DayEntry key={entry.campaignId} entry={entry} />
      ))}
      {entries.length > SHOWN && (
        <Text size="xs" c="dimmed">
          and {entries.length - SHOWN} more
        </Text>
      )}
    </div>
  );
}

function DayEntry({ entry: { campaignId, name, ran, planned, first } }: { entry: Entry }) {
  const times = ran + planned;
  const when = times > 1 ? `${times}×` : first.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (
    <Text size="xs" className="figures" lineClamp={2} title={`${name}: ${ran} carried out, ${planned} planned`}>
      <span
        aria-hidden="true"
        style={{
          display: 'inline-block',
          width: 7,
          height: 7,
          marginRight: 5,
          borderRadius: 7,
          background: planned > 0 ? 'var(--accent)' : 'var(--sent)',
        }}
      />
      {when}{' '}
      <TextLink to="/campaigns/$campaignId" params={{ campaignId: String(campaignId) }}>
        {name}
      </TextLink>
    </Text>
  );
}
