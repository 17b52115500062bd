import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { decisionOf } from './run-winner.queries.js';
import { countGroups, groupIn, type GroupOf, type GroupTotals } from './variant-group.queries.js';
import type { WinnerResponse } from './winner.dto.js';
import { noVariants } from './winner.errors.js';
import { winnerResponse } from './winner.service.js';

/** A run with variants, and what the groups of its audience add up to. */
export interface PartedReport {
  run: Run;
  groups: GroupTotals[];
  groupOf: GroupOf;
  winner: WinnerResponse | null;
}

/** What became of each group of a run's audience; from the batches, which belong to one each. */
@Injectable()
export class VariantReportService {
  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
  ) {}

  /** As long as its ledger is there. Throws RUN_NOT_FOUND or NO_VARIANTS. */
  async of(runId: number): Promise<PartedReport> {
    const run = await this.runs.get(runId);
    const { id, variants, testShare, holdOut } = run;
    if (!variants) throw noVariants(runId);
    const db = this.em.getKysely();
    const decision = await decisionOf(db, id);
    const parted = { id, parts: { variants, testShare, holdOut }, winner: decision?.variant ?? null };
    const winner = decision ? winnerResponse(decision) : null;
    return { run, groups: await countGroups(db, parted), groupOf: groupIn(parted), winner };
  }

  /** Those runs with ids from one up to, but not including, another that have variants. */
  async runsIn(fromRun: number, beforeRun: number): Promise<number[]> {
    const { rows } = await sql<{ id: number }>`
      select id from run where id >= ${fromRun} and id < ${beforeRun} and variants is not null order by id`.execute(
      this.em.getKysely(),
    );
    return rows.map(({ id }) => id);
  }

  /** The runs of a campaign that have variants, newest first. Throws CAMPAIGN_NOT_FOUND. */
  async runsOf(campaignId: number, query: PageQuery): Promise<Page<number>> {
    const db = this.em.getKysely();
    const { rows: known } = await sql`select from campaign where id = ${campaignId}`.execute(db);
    if (known.length === 0) throw notFound('campaign', campaignId);
    const { rows } = await sql<{ id: number }>`
      select id from run
      where campaign_id = ${campaignId} and variants is not null and id < ${decodeCursor(query.cursor) ?? Number.MAX_SAFE_INTEGER}
      order by id desc limit ${query.limit + 1}`.execute(db);
    return Page.cut(
      rows.map(({ id }) => id),
      query.limit,
      (id) => id,
    );
  }
}
