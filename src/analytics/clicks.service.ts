import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { databaseZone } from '../audience/domain/time-zone.js';
import { WEEKDAYS } from '../campaigns/domain/schedule.js';
import type { ReportQuery } from '../platform/report.dto.js';
import type { HeatMapQuery, HeatMapResponse, WaitsQuery, WaitsResponse } from './clicks.dto.js';
import { clicksByHour, clicksByWait } from './clicks.queries.js';
import { waitBars } from './domain/waiting-times.js';
import { type ReportSubject, zoneOf } from './report-subjects.js';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** When recipients click, and how long after they were sent to. */
@Injectable()
export class ClicksService {
  constructor(private readonly em: EntityManager) {}

  /** Throws VALIDATION_FAILED for a zone that is none. */
  async heatMap(
    subject: ReportSubject,
    { hits, time_zone }: Omit<HeatMapQuery, keyof ReportQuery>,
  ): Promise<HeatMapResponse> {
    const zone = zoneOf(subject, time_zone);
    const rows = await clicksByHour(this.em.getKysely(), subject.runs, hits, databaseZone(zone));
    const known = new Map(rows.map(({ weekday, hour, clicks }) => [(weekday - 1) * 24 + hour, clicks]));
    const cells = WEEKDAYS.flatMap((weekday, day) =>
      HOURS.map((hour) => ({ weekday, hour, clicks: known.get(day * 24 + hour) ?? 0 })),
    );
    const clicks = rows.reduce((sum, row) => sum + row.clicks, 0);
    return { hits, time_zone: zone, clicks, cells, runs_left_out: subject.leftOut };
  }

  async waits({ runs, leftOut }: ReportSubject, { hits }: Omit<WaitsQuery, keyof ReportQuery>): Promise<WaitsResponse> {
    const rows = await clicksByWait(this.em.getKysely(), runs, hits);
    return {
      hits,
      recipients: rows.reduce((sum, { recipients }) => sum + recipients, 0),
      median_seconds: rows[0] ? Math.round(rows[0].median * 1_000) / 1_000 : null,
      waits: waitBars(new Map(rows.map(({ bar, recipients }) => [bar, recipients]))),
      runs_left_out: leftOut,
    };
  }
}
