import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Loaded } from '../elements/loaded.js';
import { Screen } from '../elements/screen.js';
import { OWN_ZONE } from '../elements/time.js';
import { CalendarDay, SHOWN } from './calendar-day.js';
import { calendarQuery } from './calendar-query.js';
import { dayOf, daysShown, monthInWords, monthOf, monthsLater } from './month.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A month of runs, those that were and those that will be. */
export function CalendarScreen() {
  const search = useSearch({ from: '/calendar' });
  const navigate = useNavigate({ from: '/calendar' });
  const month = /^\d{4}-\d\d$/.test(search.month ?? '') ? search.month! : monthOf(new Date());
  const days = daysShown(month).map(dayOf);
  const calendar = useQuery(calendarQuery(days[0]!, days.at(-1)!, SHOWN));
  const go = (to: string | undefined) => void navigate({ search: { month: to } });
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
      <Loaded query={calendar} height={640}>
        {({ days, complete }) => (
          <>
            {!complete && (
              <Text size="sm" c="dimmed" mb="sm">
                More than 1,000 campaigns ran or are due in these days: the later ones are not shown.
              </Text>
            )}
            <div className="month">
              {WEEKDAYS.map((weekday) => (
                <div key={weekday} className="weekday">
                  {weekday}
                </div>
              ))}
              {days.map((day) => (
                <CalendarDay key={day.date} day={day} outside={!day.date.startsWith(month)} />
              ))}
            </div>
          </>
        )}
      </Loaded>
    </Screen>
  );
}
