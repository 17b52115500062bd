import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '../../access/audit.service.js';
import type { SpelledCampaign } from '../../campaigns/campaign-requests.service.js';
import { lockApplying } from './as-code.queries.js';
import { Attempts } from './attempts.js';
import type { Entry } from './domain/code.js';
import { type Change, differences, type Plan, type PlanWish } from './domain/plan.js';
import { campaignsIn } from './domain/rule-campaigns.js';
import { inOrder } from './domain/segment-order.js';
import { namesOfSeveral, StoredCodeService, type StoredThing } from './stored-code.service.js';
import { Takeover, type Wanted } from './takeover.js';
import { ThingChecks } from './thing-checks.js';
import { ThingWriter } from './thing-writer.js';

const DONE = { create: 'created', update: 'updated', delete: 'deleted' } as const;

/** What was shown is no longer what would happen; nothing was changed. */
export class PlanOutdated extends Error {
  constructor(readonly differences: { gone: Change[]; added: Change[] }) {
    super('What is there changed since the plan was shown. Nothing was applied; look at the plan again.');
  }
}

/** Files without an entry, of which pruning would leave nothing; nothing was changed. */
export class NothingListed extends Error {
  constructor() {
    super('There is no segment and no campaign in the files: --prune would delete all there are. Nothing was changed.');
  }
}

/** Ends a transaction whose outcome was only to be looked at. */
class Looked extends Error {
  constructor(readonly plan: Plan) {
    super('looked');
  }
}

/** Campaigns and segments as files have them, compared with what is there and taken over. */
@Injectable()
export class AsCodeService {
  constructor(
    private readonly em: EntityManager,
    private readonly stored: StoredCodeService,
    private readonly checks: ThingChecks,
    private readonly writer: ThingWriter,
    private readonly audit: AuditService,
  ) {}

  /**
   * What applying would do: it is done, and taken back. Throws CodeRefused with everything in the files that is refused,
   * and what deleting is refused for; NothingListed where files without an entry are to delete what is in none.
   */
  async plan(entries: Entry[], wish: PlanWish, actor: Actor): Promise<Plan> {
    try {
      return await this.em.transactional(async () => {
        throw new Looked((await this.takeOver(entries, wish, actor)).plan);
      });
    } catch (error) {
      if (error instanceof Looked) return error.plan;
      throw error;
    }
  }

  /** Takes the files over, all or nothing. Throws as `plan`, and PlanOutdated where something else than `shown` would happen. */
  apply(entries: Entry[], wish: PlanWish, actor: Actor, shown: Plan): Promise<Plan> {
    return this.em.transactional(async (em) => {
      await lockApplying(em.getKysely());
      const { plan, ids } = await this.takeOver(entries, wish, actor);
      const differing = differences(shown, plan);
      if (differing.gone.length + differing.added.length > 0) throw new PlanOutdated(differing);
      for (const change of plan.changes) await this.record(actor, change, ids.get(change) ?? change.id);
      return plan;
    });
  }

  private async takeOver(entries: Entry[], wish: PlanWish, actor: Actor) {
    // Whoever means to delete everything can do so; a file that lost its content must not.
    if (wish.prune && entries.length === 0) throw new NothingListed();
    const attempts = new Attempts(this.em);
    const all = await this.stored.all();
    refuseUnclear(entries, all, attempts);
    const spelled = new Map<Entry, SpelledCampaign>();
    for (const entry of entries) {
      const one = await attempts.make(entry, () => this.checks.spelled(entry));
      if (one) spelled.set(entry, one);
    }
    const { ordered, faults } = inOrder(entries.filter(({ kind }) => kind === 'segment'));
    attempts.note(faults);
    attempts.end();
    const wanted = [...ordered, ...entries.filter(({ kind }) => kind === 'campaign')].map((entry): Wanted => ({
      entry,
      ...spelled.get(entry)!,
      stored: all.find((thing) => isSame(thing, entry)),
    }));
    const takeover = new Takeover({ stored: this.stored, writer: this.writer, attempts, actor: actor.name }, all, wish);
    return { plan: await takeover.take(wanted), ids: takeover.ids };
  }

  private record(actor: Actor, { action, kind, fields }: Change, targetId: number | null): Promise<void> {
    const details = { by: 'apply', fields: fields.map(({ field }) => field) };
    return this.audit.record(actor, { action: `${kind}.${DONE[action]}`, target: kind, targetId, details });
  }
}

const isSame = ({ kind, value }: StoredThing, entry: Entry): boolean =>
  kind === entry.kind && value.name === entry.value.name;

/** A name stands for one thing, in the files and in what is there. */
function refuseUnclear(entries: Entry[], all: StoredThing[], attempts: Attempts): void {
  const several = namesOfSeveral(all);
  const seen = new Map<string, Entry>();
  for (const entry of entries) {
    const { kind, value } = entry;
    const key = `${kind} ${value.name}`;
    const before = seen.get(key)?.at('');
    if (before)
      attempts.refuse(entry, [
        { pointer: '/name', message: `there is a ${kind} "${value.name}" at ${before.file}:${before.line} already` },
      ]);
    else seen.set(key, entry);
    const campaigns = kind === 'campaign' ? [{ campaign: value.name, pointer: '/name' }] : campaignsIn(value.rule);
    for (const { campaign, pointer } of campaigns)
      if (several.has(campaign)) attempts.refuse(entry, [{ pointer, message: several.get(campaign)! }]);
  }
}
