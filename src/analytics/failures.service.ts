import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { inSnapshot } from '../platform/snapshot.js';
import { pareto } from './domain/pareto.js';
import { share } from './domain/rates.js';
import type { FailuresResponse } from './failures.dto.js';
import { endsByTries, failedReasons } from './failures.queries.js';
import type { ReportSubject } from './report-subjects.js';

/** Why recipients failed, and what trying again came to. */
@Injectable()
export class FailuresService {
  constructor(private readonly em: EntityManager) {}

  of({ runs, leftOut }: ReportSubject): Promise<FailuresResponse> {
    return inSnapshot(this.em, async () => {
      const db = this.em.getKysely();
      const reasons = await failedReasons(db, runs);
      const tries = await endsByTries(db, runs);
      return {
        failed: reasons.reduce((sum, { count }) => sum + count, 0),
        reasons: pareto(reasons),
        tries: tries.map((row) => ({ ...row, sent_share: share(row.sent, row.recipients) ?? 0 })),
        runs_left_out: leftOut,
      };
    });
  }
}
