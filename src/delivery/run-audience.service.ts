import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Audience, NamedSegment } from '../audience/domain/audience.js';
import { renameSegments } from '../audience/domain/segment-rule.js';
import { RunRetentionService } from '../campaigns/run-retention.service.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { decodeCursor, Page } from '../platform/page.js';
import type {
  Change,
  RunAudienceQuery,
  RunAudienceResponse,
  RunMemberResponse,
  RunSegment,
} from './run-audience.dto.js';
import {
  changedContacts,
  compareInMemory,
  countChanges,
  countFrozen,
  firstBatchOf,
  previousRun,
} from './run-audience.queries.js';

/** Whom runs are for, and what changed since the run before; from the batches, which are the frozen audience. */
@Injectable()
export class RunAudienceService {
  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
    private readonly retention: RunRetentionService,
  ) {}

  /** Answers what is asked: one contact, a list of changes, or the whole in counts. Throws RUN_NOT_FOUND or LEDGER_DROPPED. */
  async of(runId: number, query: RunAudienceQuery): Promise<RunAudienceResponse | RunMemberResponse | Page<number>> {
    const run = await this.runs.get(runId);
    await this.retention.requireLedger(runId);
    if (query.contact_id !== undefined) return this.member(run, query.contact_id);
    return query.change === undefined ? this.summary(run) : this.changes(run, query.change, query);
  }

  private async member({ id, openedAt }: Run, contactId: number): Promise<RunMemberResponse> {
    const batch = await firstBatchOf(this.em.getKysely(), id, contactId);
    const since = batch === null ? null : openedAt;
    return { run_id: id, contact_id: contactId, in_audience: batch !== null, batch, since };
  }

  private async summary(run: Run): Promise<RunAudienceResponse> {
    const db = this.em.getKysely();
    const previous = await previousRun(db, run.campaign, run.id);
    const counts = previous?.dropped
      ? { size: await countFrozen(db, run.id), added: null, removed: null }
      : await this.em.transactional(async (em) => {
          await compareInMemory(em.getKysely());
          return countChanges(em.getKysely(), run.id, previous?.id ?? null);
        });
    return {
      run_id: run.id,
      ...definitionOf(run.audience ?? null),
      frozen: run.frozen,
      previous_run_id: previous?.id ?? null,
      ...counts,
    };
  }

  private async changes(run: Run, change: Change, { cursor, limit }: RunAudienceQuery): Promise<Page<number>> {
    const db = this.em.getKysely();
    const previous = await previousRun(db, run.campaign, run.id);
    if (previous?.dropped) await this.retention.requireLedger(previous.id);
    const runs = { runId: run.id, previousId: previous?.id ?? null };
    const after = decodeCursor(cursor) ?? 0;
    const ids = await this.em.transactional(async (em) => {
      await compareInMemory(em.getKysely());
      return changedContacts(em.getKysely(), runs, change, after, limit);
    });
    return Page.cut(ids, limit, (id) => id);
  }
}

function definitionOf(audience: Audience | null): Pick<RunAudienceResponse, 'include' | 'exclude' | 'only_new'> {
  if (!audience) return { include: null, exclude: [], only_new: false };
  const named = new Map(audience.segments.map((segment) => [segment.id, segment]));
  const shown = (ids: number[]) => ids.map((id) => shownSegment(named.get(id)!, named));
  const { include, exclude, newTo } = audience;
  return { include: include && shown(include), exclude: shown(exclude), only_new: newTo !== null };
}

function shownSegment({ name, rule }: NamedSegment, named: ReadonlyMap<number, NamedSegment>): RunSegment {
  const shown = rule && renameSegments(rule, (id) => named.get(id)!.name);
  return { name, rule: shown as Record<string, unknown> | null };
}
