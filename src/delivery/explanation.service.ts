import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { ContactResponse } from '../audience/contacts.dto.js';
import { ContactsService } from '../audience/contacts.service.js';
import type { Channel } from '../audience/domain/channel.js';
import type { CampaignResponse } from '../campaigns/campaign-response.dto.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { notFound } from '../platform/errors.js';
import { AudienceStanding } from './audience-standing.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { CAMPAIGN_RULES, type CampaignFacts } from './domain/campaign-rules.js';
import { CONTACT_RULES, type ContactFacts, isIdle, type RunFacts } from './domain/contact-rules.js';
import { explain } from './domain/explanation.js';
import { nextTryAt } from './domain/next-try.js';
import { type Standing, standingOf, SWITCHED_OFF } from './domain/provider-standing.js';
import type { TimingFacts } from './domain/timing-rules.js';
import type { ExplainQuery, ExplanationResponse } from './explanation.dto.js';
import { type Place, placeOf, presentRun, unfinishedOf } from './explanation.queries.js';
import { countTouches } from './frequency-cap.queries.js';
import { ProviderGate } from './provider-gate.js';
import { countRun } from './run-ledger.queries.js';
import { SendingRules } from './sending-rules.js';

/** Of whom the tables know nothing, because no run has opened. */
const NOWHERE: Place = { inAudience: false, group: null, firstDueAt: null, batch: null, end: null, attempts: [] };

/** Who is asked for the facts. */
@Injectable()
export class ExplanationSources {
  constructor(
    readonly campaigns: CampaignsService,
    readonly contacts: ContactsService,
    readonly runs: RunsService,
    readonly providers: ProviderRegistry,
    readonly gate: ProviderGate,
    readonly rules: SendingRules,
  ) {}
}

/** Why somebody got a message or not, and why a campaign has not started: gathers the facts and asks the tables of rules. */
@Injectable()
export class ExplanationService {
  constructor(
    private readonly em: EntityManager,
    private readonly from: ExplanationSources,
    private readonly standing: AudienceStanding,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Throws CAMPAIGN_NOT_FOUND, or RUN_NOT_FOUND for a run that is not one of the campaign's. */
  async explain(campaignId: number, { contact_id, run_id }: ExplainQuery): Promise<ExplanationResponse> {
    const campaign = await this.from.campaigns.get(campaignId);
    const latest = await this.runOf(campaignId, run_id);
    // What becomes of somebody is told of a run that is or was, or of the next one.
    const toCome = contact_id !== undefined && run_id === undefined && latest !== null && isIdle(latest);
    const run = toCome ? null : latest;
    const answer = { campaign_id: campaignId, run_id: run?.id ?? null, contact_id: contact_id ?? null };
    if (contact_id !== undefined) return { ...answer, ...(await this.explainContact(campaign, run, contact_id)) };
    const rules = explain(CAMPAIGN_RULES, await this.campaignFacts(campaign, run));
    return { ...answer, rules, attempts: [], variant: null, outcome: null, next_try_at: null };
  }

  private async runOf(campaignId: number, asked: number | undefined): Promise<Run | null> {
    const runId = asked ?? (await presentRun(this.em.getKysely(), campaignId));
    if (runId === undefined) return null;
    const run = await this.from.runs.get(runId);
    if (run.campaign !== campaignId) throw notFound('run', runId);
    return run;
  }

  private async explainContact(campaign: CampaignResponse, run: Run | null, contactId: number) {
    const db = this.em.getKysely();
    const channel = run?.channel ?? campaign.channel;
    const place = run ? await placeOf(db, run.id, contactId) : NOWHERE;
    const contact = await this.from.contacts.find(contactId);
    const kind = run?.kind ?? campaign.kind;
    const facts: ContactFacts = {
      contactId,
      channel,
      kind,
      now: this.clock.now(),
      campaignStatus: campaign.status,
      run: run && runFacts(run),
      audience: await this.standing.of(campaign.id, run, contactId),
      contact: contact && {
        consent: contact.consent[channel],
        suppressed:
          contact.suppressed.includes(channel) &&
          (kind === 'marketing' || (await this.standing.blocks(contactId, channel))),
        hasAddress: hasAddress(contact, channel),
        timeZone: contact.time_zone,
      },
      caps: await this.capsFor(contactId, channel, run),
      timing: this.timingOf(campaign, run),
      standing: await this.standingOf(run),
      ...place,
      variant: nameOf(run, place.group),
      failedTries: place.attempts,
    };
    return {
      rules: explain(CONTACT_RULES, facts),
      attempts: place.attempts,
      variant: facts.variant,
      outcome: place.end?.outcome ?? null,
      next_try_at: nextTryAt(facts),
    };
  }

  private async capsFor(contactId: number, channel: Channel, run: Run | null): Promise<ContactFacts['caps']> {
    const caps = this.from.rules.capsOf(channel);
    const of = { contactId, channel, runId: run?.id ?? 0 };
    const counts = await countTouches(this.em.getKysely(), of, caps, this.clock.sql());
    return caps.map((cap, index) => ({ cap, had: counts[index]! }));
  }

  private timingOf(campaign: CampaignResponse, run: Run | null): TimingFacts {
    const { rules } = this.from;
    if (run) {
      const hours = rules.hoursOf(run.channel, run.sendWindow ?? null);
      return { byClock: run.zonesFrom != null, campaignZone: run.timeZone, hours };
    }
    const { channel, send_window: window } = campaign;
    const hours = rules.hoursOf(channel, window && { weekdays: null, ...window });
    return { byClock: campaign.recipient_time_zone, campaignZone: campaign.time_zone, hours };
  }

  private async standingOf(run: Run | null): Promise<Standing> {
    if (!run?.provider) return standingOf(undefined);
    const { channel, provider } = run;
    const { gate, providers } = this.from;
    const states = await gate.accounts();
    const of = (wanted: string) =>
      standingOf(states.find((state) => state.channel === channel && state.name === wanted));
    const own = providers.accountOf(channel, provider)?.enabled === false ? SWITCHED_OFF : of(provider);
    const fallback = providers.fallbackOf(channel, provider);
    return { ...own, fallback: fallback !== null && of(fallback).state === 'ready' ? `${channel}/${fallback}` : null };
  }

  private async campaignFacts(campaign: CampaignResponse, run: Run | null): Promise<CampaignFacts> {
    const db = this.em.getKysely();
    const counts = run && !run.finishedAt ? await countRun(db, run.id) : null;
    return {
      now: this.clock.now(),
      campaign: {
        status: campaign.status,
        recurs: campaign.type === 'recurring',
        statusReason: campaign.status_reason,
        overlap: campaign.overlap,
        nextRunAt: campaign.next_run_at,
        recurrence: campaign.recurrence_message,
        byClock: campaign.recipient_time_zone,
      },
      run: run && {
        ...runFacts(run),
        finished: run.finishedAt != null,
        audience: counts?.audience ?? run.audienceSize,
        pending: counts?.pending ?? 0,
        zonesFrom: run.zonesFrom ?? null,
      },
      standing: await this.standingOf(run),
      batches: run
        ? await unfinishedOf(db, run.id, this.clock.sql())
        : { leased: 0, due: 0, dueSince: null, nextDueAt: null, nextIsRetry: null, nextIsWinner: null },
      carries: this.config.ROLES.includes('sender') ? this.from.providers.carries() : [],
    };
  }
}

const runFacts = ({
  id,
  status,
  reason = null,
  channel,
  provider,
  frozen,
  frozenThrough,
  expiresAt,
  ledgerDroppedAt = null,
}: Run): RunFacts => ({
  id,
  status,
  reason,
  frozen,
  frozenThrough,
  expiresAt,
  route: provider ? `${channel}/${provider}` : null,
  ledgerDroppedAt,
});

const nameOf = (run: Run | null, group: number | null): string | null =>
  (group !== null && run?.variants?.[group - 1]?.name) || null;

function hasAddress(contact: ContactResponse, channel: Channel): boolean {
  if (channel === 'push') return contact.push_subscriptions.length > 0;
  return (channel === 'email' ? contact.email : contact.phone) != null;
}
