import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { isTimeZone, spellZone, WRONG_ZONE } from '../audience/domain/time-zone.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { RunRetentionService } from '../campaigns/run-retention.service.js';
import { RunsService } from '../campaigns/runs.service.js';
import { invalid } from '../platform/errors.js';
import { droppedRuns } from './report-subjects.queries.js';

/** What a report is about: one run, or the runs of a campaign whose ledger is still there. */
export interface ReportSubject {
  /** Begins the name of a file. */
  name: string;
  /** Stands behind `run_id`. */
  runs: RawBuilder<unknown>;
  /** The campaign's. */
  timeZone: string;
  /** Runs of the campaign of which only totals are left, and which the report cannot show. */
  leftOut: number;
}

/** Finds what reports are asked about. */
@Injectable()
export class ReportSubjects {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
    private readonly runs: RunsService,
    private readonly retention: RunRetentionService,
  ) {}

  /** Throws RUN_NOT_FOUND, or LEDGER_DROPPED where only totals are left of it. */
  async run(id: number): Promise<ReportSubject> {
    await this.retention.requireLedger(id);
    const { timeZone } = await this.runs.get(id);
    return { name: `run-${id}`, runs: sql`= ${id}`, timeZone, leftOut: 0 };
  }

  /** Throws CAMPAIGN_NOT_FOUND. */
  async campaign(id: number): Promise<ReportSubject> {
    const { time_zone } = await this.campaigns.get(id);
    return {
      name: `campaign-${id}`,
      runs: sql`= any(array(select id from run where campaign_id = ${id} and ledger_dropped_at is null))`,
      timeZone: time_zone,
      leftOut: await droppedRuns(this.em.getKysely(), id),
    };
  }
}

/** The zone that was asked for, or the campaign's. Throws VALIDATION_FAILED for what is none. */
export function zoneOf({ timeZone }: ReportSubject, asked: string | undefined): string {
  if (asked === undefined) return timeZone;
  const zone = spellZone(asked);
  if (isTimeZone(zone)) return zone;
  throw invalid('VALIDATION_FAILED', [{ pointer: '/time_zone', message: WRONG_ZONE }]);
}
