import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import type { Run } from '../campaigns/run.entity.js';
import { RunDecisionsService } from '../campaigns/run-decisions.service.js';
import { Clock } from '../platform/clock.js';
import { isDatabaseOutage } from '../platform/database-outage.js';
import { type Decision, decideWinner, type VariantResult } from './domain/winner.js';
import { EngagedService } from './engaged.service.js';
import { decisionOf, keepDecision, type KeptDecision } from './run-winner.queries.js';
import { groupIn, sentByVariant } from './variant-group.queries.js';
import { releaseToWinner } from './waiting-release.js';
import type { WinnerResponse } from './winner.dto.js';
import { nobodyWaits, noSuchVariant, tooLateToDecide, winnerDecided } from './winner.errors.js';

/** Decides which variant the rest of a run's audience gets: by the clock, or because people say so. */
@Injectable()
export class WinnerService {
  private readonly logger = new Logger('Winner');

  constructor(
    private readonly em: EntityManager,
    private readonly decisions: RunDecisionsService,
    private readonly engaged: EngagedService,
    private readonly clock: Clock,
  ) {}

  /** Decides every run whose time has come; one that cannot be decided does not hold up the next. */
  async decideDue(): Promise<void> {
    for (const runId of await this.decisions.due()) {
      try {
        const made = await this.decisions.decide(runId, (run) => this.byClock(run));
        if (made) this.logger.log({ message: 'winner decided', run: runId, ...made });
      } catch (error) {
        if (isDatabaseOutage(error)) throw error;
        this.logger.error(`the winner of run ${runId} could not be decided`, (error as Error).stack);
      }
    }
  }

  /**
   * Lets people choose, before the time or after it. Throws RUN_NOT_FOUND, NOBODY_WAITS, WINNER_DECIDED, TOO_LATE_TO_DECIDE or
   * INVALID_WINNER.
   */
  async choose(runId: number, name: string, actor: string): Promise<WinnerResponse> {
    await this.decisions.decide(runId, async (run) => {
      const { variants } = run;
      if (!run.winner || !variants) throw nobodyWaits(runId);
      const variant = variants.findIndex((one) => one.name === name) + 1;
      if (variant === 0) throw noSuchVariant(name);
      const kept = await decisionOf(this.em.getKysely(), runId);
      if (kept?.variant != null) throw winnerDecided(variants[kept.variant - 1]!.name);
      if (!this.decisions.isOpen(run, this.clock.now())) throw tooLateToDecide(runId);
      const decision: Decision = { variant, decidedBy: 'hand', pValue: null };
      return this.keep(run, decision, await this.resultsOf(run), actor);
    });
    return winnerResponse((await decisionOf(this.em.getKysely(), runId))!);
  }

  private async byClock(run: Run): Promise<Decision | null> {
    if (!this.decisions.isDue(run, this.clock.now())) return null;
    const results = await this.resultsOf(run);
    return this.keep(run, decideWinner(run.winner!, results), results, null);
  }

  private async keep(run: Run, decision: Decision, results: VariantResult[], actor: string | null): Promise<Decision> {
    const db = this.em.getKysely();
    await keepDecision(db, run.id, decision, { actor, results }, this.clock.sql());
    if (decision.variant !== null) {
      const { id, zonesFrom = null } = run;
      await releaseToWinner(db, { id, zonesFrom }, decision.variant, this.clock.sql());
    }
    return decision;
  }

  /** How the variants stand, of those who take part. */
  private async resultsOf({ id, variants, testShare, holdOut }: Run): Promise<VariantResult[]> {
    const parts = { variants: variants!, testShare, holdOut };
    const sent = await sentByVariant(this.em.getKysely(), id);
    const engaged = await this.engaged.of(id, groupIn({ id, parts, winner: null }));
    return parts.variants.map(({ name }, index) => {
      const variant = index + 1;
      const { opened = 0, clicked = 0 } = engaged.get(variant) ?? {};
      return { variant, name, sent: sent.get(variant) ?? 0, opened, clicked };
    });
  }
}

/** The API's view of a decision. */
export function winnerResponse({ variant, decidedBy, actor, at, pValue, results }: KeptDecision): WinnerResponse {
  return {
    variant: results.find((result) => result.variant === variant)?.name ?? null,
    decided_by: decidedBy,
    decided_at: at,
    chosen_by: actor,
    p_value: pValue,
    results: results.map(({ name, sent, opened, clicked }) => ({ name, sent, opened, clicked })),
  };
}
