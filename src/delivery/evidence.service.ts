import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { ConsentService } from '../audience/consent.service.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Clock } from '../platform/clock.js';
import { Events } from '../platform/events.js';
import { throughCollisions } from '../platform/patience.js';
import { storable } from '../platform/storable.js';
import { endsOf } from './corrections.queries.js';
import { type DeliveryKey, markOf, readDeliveryKey } from './domain/delivery-key.js';
import { CORRECTS, type EvidenceSource, type EvidenceVerdict } from './domain/evidence.js';
import { isHardBounce } from './domain/hard-bounce.js';
import type { Outcome } from './domain/outcome.js';
import type { Evidence, EvidenceResponse } from './evidence.dto.js';
import { carriedBy, LATE_EVIDENCE, logRefusals, settleByEvidence } from './evidence.queries.js';

/** An item whose key is one of ours, with its place in the call. */
interface Item extends DeliveryKey {
  index: number;
  verdict: EvidenceVerdict;
  response: string | null;
}

/** Where what a provider says later arrives: its webhooks, delivery status notifications, or a person with a log. */
@Injectable()
export class EvidenceService {
  private readonly logger = new Logger('Evidence');

  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
    private readonly clock: Clock,
    private readonly consent: ConsentService,
    private readonly events: Events,
  ) {}

  /**
   * Settles what each piece of evidence is about, and answers in the same order. The same evidence twice changes nothing
   * the second time; one that contradicts another in the same call loses to the acceptance. Of what its source cannot know
   * nothing is believed: it is `unknown`. An operator, who is none, is believed.
   */
  async accept(evidence: Evidence[], source: EvidenceSource | null = null): Promise<EvidenceResponse[]> {
    const answers: EvidenceResponse[] = evidence.map(({ delivery_key, message_id }) => ({
      key: (delivery_key ?? message_id)!,
      result: 'unknown',
      outcome: null,
    }));
    const items = evidence.flatMap(({ delivery_key, message_id, verdict, response = null }, index) => {
      const key = readDeliveryKey((delivery_key ?? message_id)!);
      return key ? [{ ...key, index, verdict, response: response && storable(response) }] : [];
    });
    const known = await this.runs.find([...new Set(items.map(({ runId }) => runId))]);
    // A ledger that was dropped knows nobody any more, and changes nothing.
    const runs = known.filter(({ ledgerDroppedAt }) => !ledgerDroppedAt);
    // In the order of runs and one transaction each: two calls about the same runs do not wait in a circle. One that meets
    // the record of a sender, which locks batches as they come, begins again.
    for (const run of runs.sort((one, other) => one.id - other.id)) {
      const about = items.filter(({ runId, mark }) => runId === run.id && mark === markOf(run.openedAt));
      const ours = source === null ? about : await this.believed(run, about, source);
      const { ends, settled } = await throughCollisions(() => this.settle(run, ours));
      for (const { index, contactId } of ours) {
        const outcome = ends.get(contactId) ?? null;
        // In a run that has ended everybody has an end: who has none was never in it.
        if (outcome === null && run.finishedAt) continue;
        const result = settled.has(index) ? 'settled' : outcome === null ? 'pending' : 'unchanged';
        Object.assign(answers[index]!, { result, outcome });
      }
    }
    return answers;
  }

  /** Whoever knows the secret of one account's webhook must not speak about what others carried. */
  private async believed(run: Run, items: Item[], source: EvidenceSource): Promise<Item[]> {
    if ('channel' in source ? source.channel === run.channel : source.account === run.provider) return items;
    const contactIds = items.map(({ contactId }) => contactId);
    const carried = 'channel' in source ? [] : await carriedBy(this.em.getKysely(), run.id, source.account, contactIds);
    const believed = items.filter(({ contactId }) => carried.includes(contactId));
    if (believed.length < items.length)
      this.logger.warn({
        message: 'not believed: its source did not carry what it speaks of',
        ...{ ...source, run: run.id, reports: items.length - believed.length },
      });
    return believed;
  }

  /**
   * Settles evidence about one run, in one transaction with the suppression of whose address does not exist: also of those
   * whose message had been accepted and came back.
   */
  private settle(run: Run, items: Item[]) {
    return this.em.transactional(async (em) => {
      const contactIds = items.map(({ contactId }) => contactId);
      const ends = await endsOf(em.getKysely(), run.id, contactIds);
      const bounced = items.filter(
        ({ contactId, verdict, response }) => verdict === 'refused' && ends.has(contactId) && isHardBounce(response),
      );
      const harms = bounced.map(({ contactId }) => ({ contactId, channel: run.channel, reason: 'bounce' as const }));
      // First, for it takes the lock of the suppression list, which comes before the run's.
      if (harms.length > 0) await this.consent.heed(harms);
      return this.settleEnds(run.id, items, ends);
    });
  }

  /** Acceptances first; nothing is locked where nothing can change. */
  private async settleEnds(runId: number, items: Item[], ends: Map<number, Outcome>) {
    const contactIds = items.map(({ contactId }) => contactId);
    const mayChange = ({ contactId, verdict }: Item) =>
      CORRECTS[verdict].some((end) => end === ends.get(contactId)) || (verdict === 'accepted' && !ends.has(contactId));
    const settled = new Set<number>();
    if (!items.some(mayChange)) return { ends, settled };
    for (const verdict of ['accepted', 'refused'] as const)
      for (const index of await this.settleAs(
        runId,
        verdict,
        items.filter((item) => item.verdict === verdict),
      ))
        settled.add(index);
    return { ends: await endsOf(this.em.getKysely(), runId, contactIds), settled };
  }

  /** Answers the indexes of the items that changed something. */
  private async settleAs(runId: number, verdict: EvidenceVerdict, items: Item[]): Promise<number[]> {
    if (items.length === 0) return [];
    const { contactIds } = await this.runs.correct(runId, async () => {
      const db = this.em.getKysely();
      const change = await settleByEvidence(db, this.clock.sql(), runId, verdict, items);
      const changed = items.filter(({ contactId }) => change.contactIds.includes(contactId));
      if (verdict === 'refused' && changed.length > 0) {
        await logRefusals(db, runId, changed, this.clock.sql());
        const deliveries = changed.map(({ contactId }) => ({ runId, contactId, reason: LATE_EVIDENCE }));
        if (this.events.isWanted('deliveries.failed')) await this.events.publish('deliveries.failed', { deliveries });
      }
      return change;
    });
    return items.filter(({ contactId }) => contactIds.includes(contactId)).map(({ index }) => index);
  }
}
