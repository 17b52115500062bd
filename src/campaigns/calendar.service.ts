import { setImmediate as others } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { isTimeZone, spellZone, WRONG_ZONE } from '../audience/domain/time-zone.js';
import { Clock } from '../platform/clock.js';
import { type FieldError, invalid } from '../platform/errors.js';
import { inSnapshot } from '../platform/snapshot.js';
import type { Campaign } from './campaign.entity.js';
import { runsLeft, scheduledFor, scheduleOf } from './campaign-schedule.js';
import type { CalendarDay, CalendarEntry, CalendarQuery, CalendarResponse } from './calendar.dto.js';
import { activeIn, type PastRuns, pastRuns } from './calendar.queries.js';
import { type Day, type DayCount, daysBetween, daysOf, plannedByDay } from './domain/calendar.js';
import { parseScheduleTime } from './domain/wall-time.js';
import { dueBefore } from './planned-runs.queries.js';

const MOST_DAYS = 62;
const MOST_CAMPAIGNS = 1_000;
/** Schedules looked at in one go, some milliseconds: then others have their turn. */
const AT_ONCE = 20;

/** What ran and what will, over all campaigns, counted by day. */
@Injectable()
export class CalendarService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Throws VALIDATION_FAILED for days or a zone that are none. */
  async show(query: CalendarQuery): Promise<CalendarResponse> {
    const { zone, days } = readDays(query);
    const { past, waiting, complete } = await inSnapshot(this.em, () => this.read(days));
    const byDate = new Map(days.map(({ date }) => [date, new Map<number, CalendarEntry>()]));
    for (const run of past) byDate.get(run.date)!.set(run.campaign_id, entryOf(run));
    const now = this.clock.now();
    for (const [index, campaign] of waiting.entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) await others();
      const plan = { due: scheduledFor(campaign, campaign.nextRunAt!), left: runsLeft(campaign), now };
      for (const count of plannedByDay(scheduleOf(campaign), plan, days))
        addPlanned(byDate.get(count.day.date)!, campaign, count);
    }
    return {
      time_zone: zone,
      complete,
      days: days.map(({ date }) => dayOf(date, [...byDate.get(date)!.values()], query.limit)),
    };
  }

  private async read(days: Day[]) {
    const db = this.em.getKysely();
    const active = await activeIn(db, days, MOST_CAMPAIGNS + 1);
    const waiting = await dueBefore(db, days.at(-1)!.end, MOST_CAMPAIGNS + 1);
    return {
      past: await pastRuns(db, active.slice(0, MOST_CAMPAIGNS), days),
      waiting: waiting.slice(0, MOST_CAMPAIGNS),
      complete: Math.max(active.length, waiting.length) <= MOST_CAMPAIGNS,
    };
  }
}

function readDays({ from, to, time_zone }: CalendarQuery): { zone: string; days: Day[] } {
  const zone = spellZone(time_zone);
  const errors: FieldError[] = [];
  if (!isTimeZone(zone)) errors.push({ pointer: '/time_zone', message: WRONG_ZONE });
  for (const [name, date] of Object.entries({ from, to }))
    if (!parseScheduleTime(date, 'UTC') || date > '9999-12-30')
      errors.push({ pointer: `/${name}`, message: `${name} must be a day of the years 1970 to 9999` });
  if (errors.length > 0) throw invalid('VALIDATION_FAILED', errors);
  const count = daysBetween(from, to);
  if (count < 1) throw invalid('VALIDATION_FAILED', [{ pointer: '/to', message: 'to must not be before from' }]);
  if (count > MOST_DAYS)
    throw invalid('VALIDATION_FAILED', [{ pointer: '/to', message: `no more than ${MOST_DAYS} days at a time` }]);
  return { zone, days: daysOf(from, to, zone) };
}

function entryOf({ date: _, ...run }: PastRuns): CalendarEntry {
  return { ...run, planned: 0 };
}

/** What is to come of a campaign on a day, beside what it has done on that day already. */
function addPlanned(entries: Map<number, CalendarEntry>, campaign: Campaign, { first, count }: DayCount): void {
  const { id, name, channel } = campaign;
  const known = entries.get(id);
  if (known) known.planned += count;
  else
    entries.set(id, {
      ...{ campaign_id: id, campaign_name: name, channel, deleted: false },
      ...{ runs: 0, left_out: 0, planned: count, more: false, first_at: first, run_id: null },
    });
}

function dayOf(date: string, entries: CalendarEntry[], limit: number): CalendarDay {
  const sum = (of: 'runs' | 'left_out' | 'planned') => entries.reduce((total, entry) => total + entry[of], 0);
  const sorted = entries.sort(
    (one, other) => one.first_at.getTime() - other.first_at.getTime() || one.campaign_id - other.campaign_id,
  );
  return {
    date,
    ...{ runs: sum('runs'), left_out: sum('left_out'), planned: sum('planned') },
    more: entries.some(({ more }) => more),
    campaigns: entries.length,
    entries: sorted.slice(0, limit),
  };
}
