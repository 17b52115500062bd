import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { parseScheduleTime } from '../campaigns/domain/wall-time.js';
import { type FieldError, invalid } from '../platform/errors.js';
import type { ReportQuery } from '../platform/report.dto.js';
import { inSnapshot } from '../platform/snapshot.js';
import { endOf, intoSteps, type Step, stepFor, stepsOf, type Stretch, stretchOf } from './domain/timeline.js';
import type { StepCounts, TimelineStep } from './outcome-counts.dto.js';
import { type ReportSubject, zoneOf } from './report-subjects.js';
import type { TimelineQuery, TimelineResponse } from './timeline.dto.js';
import { countsByMoment, extentOf, type MomentCounts } from './timeline.queries.js';

const MOST_STEPS = 3_000;
/** No zone's hours or days begin elsewhere than at a quarter of an hour. */
const QUARTER = 15;

/** What became of recipients as time went by. */
@Injectable()
export class TimelineService {
  constructor(private readonly em: EntityManager) {}

  /** Throws VALIDATION_FAILED for a stretch that is none, or TOO_MANY_STEPS. */
  async of(subject: ReportSubject, query: Omit<TimelineQuery, keyof ReportQuery>): Promise<TimelineResponse> {
    const zone = zoneOf(subject, query.time_zone);
    const wish = readWish(query, zone);
    return inSnapshot(this.em, async () => {
      const db = this.em.getKysely();
      const { began, ended } = await extentOf(db, subject.runs, query.hits);
      const about = { hits: query.hits, time_zone: zone, runs_left_out: subject.leftOut };
      if (!began || !ended)
        return { by: query.by ?? 'hour', from: null, to: null, totals: countsOf(null), steps: [], ...about };
      const whole = stretchOf(query.preset ?? 'all', began, ended);
      const stretch = { from: wish.from ?? whole.from, to: wish.to ?? whole.to };
      const by = query.by ?? stepFor(stretch);
      const starts = startsOf(stretch, by, zone);
      const [from, to] = [starts[0]!, endOf(starts, by, zone)];
      const rows = await countsByMoment(db, subject.runs, { from, to }, by === 'minute' ? 1 : QUARTER, query.hits);
      const steps: TimelineStep[] = intoSteps(starts, rows, countsOf);
      return { by, from, to, totals: totalOf(steps), steps, ...about };
    });
  }
}

function countsOf(row: MomentCounts | null) {
  const { sent = 0, failed = 0, skipped = 0, in_doubt = 0, opened = 0, clicked = 0 } = row ?? {};
  return { sent, failed, skipped, in_doubt, opened, clicked };
}

function totalOf(steps: StepCounts[]): StepCounts {
  const sum = (of: keyof StepCounts) => steps.reduce((total, step) => total + step[of], 0);
  return {
    sent: sum('sent'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    in_doubt: sum('in_doubt'),
    opened: sum('opened'),
    clicked: sum('clicked'),
  };
}

function readWish(
  { preset, from, to }: Pick<TimelineQuery, 'preset' | 'from' | 'to'>,
  zone: string,
): { from: Date | null; to: Date | null } {
  const errors: FieldError[] = [];
  const read = (name: string, text: string | undefined): Date | null => {
    const at = text === undefined ? null : (parseScheduleTime(text, zone)?.at ?? null);
    if (text !== undefined && !at)
      errors.push({ pointer: `/${name}`, message: `${name} must be an ISO 8601 date and time that exists` });
    return at;
  };
  const wish = { from: read('from', from), to: read('to', to) };
  if (preset !== undefined && (from ?? to) !== undefined)
    errors.push({ pointer: '/preset', message: 'preset does not go together with from and to' });
  if (errors.length > 0) throw invalid('VALIDATION_FAILED', errors);
  return wish;
}

function startsOf(stretch: Stretch, by: Step, zone: string): Date[] {
  if (stretch.to <= stretch.from)
    throw invalid('VALIDATION_FAILED', [{ pointer: '/to', message: 'to must be later than from' }]);
  const starts = stepsOf(stretch, by, zone, MOST_STEPS);
  if (starts) return starts;
  const message = `there are more than ${MOST_STEPS} steps in this stretch: make it shorter, or its steps longer`;
  throw invalid('TOO_MANY_STEPS', [{ pointer: '/by', message }]);
}
