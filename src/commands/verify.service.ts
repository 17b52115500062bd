import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ContactsService } from '../audience/contacts.service.js';
import type { PushSubscription } from '../audience/push-subscription.dto.js';
import { SegmentsService } from '../audience/segments.service.js';
import type { CampaignResponse } from '../campaigns/campaign-response.dto.js';
import { CampaignLifecycleService } from '../campaigns/campaign-lifecycle.service.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { ReconciliationService } from '../delivery/reconciliation.service.js';
import { RunReportService } from '../delivery/run-report.service.js';
import { PageQuery } from '../platform/page.dto.js';
import { SchedulerService } from '../scheduler/scheduler.service.js';
import { DEMO_SEGMENTS } from './demo-contacts.js';

/** One line of the system check. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

/** The engine and what it reports. */
@Injectable()
export class VerifyEngine {
  constructor(
    readonly scheduler: SchedulerService,
    readonly reports: RunReportService,
    readonly reconciliations: ReconciliationService,
  ) {}
}

const DEADLINE_MS = 20_000;

/** The sandbox, whatever the channel's own provider is: its tokens are made up, and nobody is to be asked about them. */
const CHANNEL = { channel: 'push', provider: 'sandbox' } as const;
const WEEK_MS = 7 * 86_400_000;

/**
 * The system check: the product, asked whether it does what it promises. It makes contacts, a segment and campaigns of
 * its own, lets the engine (this process's, or a running server's) carry them out over the push channel, compares, and
 * takes everything away again.
 */
@Injectable()
export class VerifyService {
  private readonly tag = `verify-${randomBytes(4).toString('hex')}`;

  constructor(
    private readonly em: EntityManager,
    private readonly contacts: ContactsService,
    private readonly segments: SegmentsService,
    private readonly campaigns: CampaignsService,
    private readonly lifecycle: CampaignLifecycleService,
    private readonly engine: VerifyEngine,
  ) {}

  /**
   * Runs every check in order, telling each as it ends. A check that throws has failed with the reason. `seeded` says whether the
   * demo data are to be there.
   */
  async verify({ seeded }: { seeded: boolean }, tell: (check: Check) => void): Promise<Check[]> {
    const checks: [string, () => Promise<string>][] = [
      ...(seeded ? [['seed data is there', () => this.seedIsThere()] as [string, () => Promise<string>]] : []),
      ['a one-time campaign reaches exactly its segment', () => this.reachesItsSegment()],
      ['a weekly campaign knows its next occurrence', () => this.knowsNextOccurrence()],
      ['every run adds up', () => this.runsAddUp()],
    ];
    const results: Check[] = [];
    for (const [name, check] of checks) {
      const result = await check().then(
        (detail) => ({ name, ok: true, detail }),
        (error: Error) => ({ name, ok: false, detail: error.message }),
      );
      tell(result);
      results.push(result);
    }
    return results;
  }

  private async seedIsThere(): Promise<string> {
    const { rows } = await sql<{ name: string; size: number }>`
      select s.name, count(m.contact_id) as size from segment s left join segment_member m on m.segment_id = s.id
      where s.name = any(${DEMO_SEGMENTS}::text[]) group by s.name order by s.name`.execute(this.em.getKysely());
    const missing = DEMO_SEGMENTS.filter((name) => !rows.some((row) => row.name === name && row.size > 0));
    assert(missing.length === 0, `no contacts in ${missing.join(', ')}: run the command seed`);
    return rows.map(({ name, size }) => `${name} ${size}`).join(', ');
  }

  private async reachesItsSegment(): Promise<string> {
    const segment = await this.segments.create({ name: this.tag });
    const made: number[] = [];
    let campaign: CampaignResponse | undefined;
    try {
      for (const [index, inside] of [true, true, true, false, false].entries()) {
        const subscription: PushSubscription = { token: `${this.tag}-${index}`, platform: 'web' };
        const external_id = `${this.tag}-${index}`;
        const segments = inside ? [this.tag] : [];
        made.push((await this.contacts.create({ external_id, push_subscriptions: [subscription], segments })).id);
      }
      campaign = await this.campaigns.create({ ...this.campaign('one_time'), target_segment: this.tag });
      const runId = await this.finishedRun(campaign.id);
      const deliveries = await this.engine.reports.deliveries(runId, new PageQuery());
      const reached = deliveries.map(({ contact_id, outcome }) => `${contact_id}:${outcome}`).join(' ');
      const expected = made
        .slice(0, 3)
        .map((id) => `${id}:sent`)
        .join(' ');
      assert(reached === expected, `expected ${expected}, got ${reached || 'nobody'}`);
      return '3 of 3 members sent to, 0 of 2 others';
    } finally {
      if (campaign) await this.remove(campaign.id);
      for (const id of made) await this.contacts.delete(id);
      await this.segments.delete(segment.id);
    }
  }

  private async knowsNextOccurrence(): Promise<string> {
    const anchor = new Date(Math.floor(Date.now() / 1000) * 1000 - 3 * WEEK_MS - 7_200_000);
    const schedule_time = anchor.toISOString();
    // A draft: should this process be killed here, nothing is ever sent.
    const draft = { ...this.campaign('recurring'), schedule_time, frequency: 'weekly' as const, draft: true };
    const campaign = await this.campaigns.create(draft);
    const [next] = await this.campaigns.occurrences(campaign.id, 1);
    await this.remove(campaign.id);
    const expected = new Date(anchor.getTime() + 4 * WEEK_MS).toISOString();
    assert(next?.at.toISOString() === expected, `expected ${expected}, got ${next?.at.toISOString() ?? 'none'}`);
    return `weekly from ${schedule_time} is due next at ${expected}`;
  }

  private async runsAddUp(): Promise<string> {
    const { rows } = await sql<{ id: number }>`
      select id from run where status not in ('skipped', 'missed') order by id desc limit 20`.execute(
      this.em.getKysely(),
    );
    let recipients = 0;
    for (const { id } of rows) {
      const { balanced, differences, counted } = await this.engine.reconciliations.of(id);
      assert(balanced, `run ${id}: ${JSON.stringify(differences)}`);
      recipients += counted.audience;
    }
    return `${rows.length} latest runs, ${recipients} recipients: audience = pending + sent + failed + skipped + in_doubt`;
  }

  private async finishedRun(campaignId: number): Promise<number> {
    for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline; await delay(50)) {
      await this.engine.scheduler.carryOut(campaignId);
      const [run] = await this.engine.reports.ofCampaign(campaignId, new PageQuery());
      if (run?.finished_at) return run.id;
    }
    throw new Error(`the run did not complete within ${DEADLINE_MS / 1000} s`);
  }

  private async remove(campaignId: number): Promise<void> {
    const { status } = await this.campaigns.get(campaignId);
    if (status !== 'completed') await this.lifecycle.cancel(campaignId);
    await this.campaigns.delete(campaignId);
  }

  private campaign<Type extends 'one_time' | 'recurring'>(type: Type) {
    const schedule_time = new Date().toISOString();
    return { name: this.tag, type, schedule_time, ...CHANNEL, message: 'A check by the command verify' };
  }
}

function assert(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
