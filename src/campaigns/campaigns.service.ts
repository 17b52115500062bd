import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { invalid, notFound } from '../platform/errors.js';
import { Events } from '../platform/events.js';
import { decodeCursor, Page } from '../platform/page.js';
import { requireVersion } from '../platform/version.js';
import { Campaign } from './campaign.entity.js';
import { CampaignAudienceService, type CampaignSegments } from './campaign-audience.service.js';
import { CampaignProvidersService } from './campaign-providers.service.js';
import { shownOccurrences } from './campaign-occurrences.js';
import { keepVersion } from './campaign-versions.queries.js';
import { checkRequest, templatesOf } from './campaign-checks.js';
import {
  applyRequest,
  campaignResponse,
  type CampaignRequest,
  presentRequest,
  replacing,
  requestOf,
} from './campaign-plan.js';
import { nextOpeningOf, openingsOf, scheduledFor, scheduleOf, startOf, toCatchUp } from './campaign-schedule.js';
import { variantsWithHtml } from './campaign-variants.js';
import type { CampaignResponse, OccurrenceResponse } from './campaign-response.dto.js';
import type { CampaignQuery, CreateCampaign, RescheduleCampaign, UpdateCampaign } from './campaigns.dto.js';
import { actionNotAllowed, campaignIsRunning, occurrenceTaken } from './campaigns.errors.js';
import { hasOpenRun } from './campaigns.queries.js';
import { statusAfter } from './domain/campaign-status.js';
import type { Schedule } from './domain/schedule.js';
import { givenUp, leaveOut, missedOf, type Omission } from './idle-runs.js';
import { htmlOf } from './mjml.js';
import { everySendingError } from './variant-checks.js';

/** Campaigns as people make, read and change them. `actor` is who asks, for the versions of what they say. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly em: EntityManager,
    private readonly audiences: CampaignAudienceService,
    private readonly providers: CampaignProvidersService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Throws INVALID_CAMPAIGN with every wrong field, UNKNOWN_SEGMENT or UNKNOWN_PROVIDER. */
  async create(input: CreateCampaign, actor: string | null = null): Promise<CampaignResponse> {
    return this.em.transactional(async (em) => {
      const campaign = new Campaign();
      const segments = await this.apply(campaign, requestOf(input), input.draft ?? false);
      campaign.status = input.draft ? 'draft' : 'pending';
      const { due, missed } = input.draft ? { due: null, missed: null } : startOf(campaign, this.clock.now());
      if (!input.draft && due === null) throw scheduleIsOver();
      campaign.nextRunAt = due;
      em.persist(campaign);
      await em.flush();
      await leaveOut(em.getKysely(), missedOf(campaign, 'misfire', missed), this.clock.sql());
      await this.audiences.keep(campaign.id, segments);
      await keepVersion(em.getKysely(), campaign.id, actor, this.clock.sql());
      await this.events.publish('campaign.scheduled', { campaignId: campaign.id });
      return this.respond(campaign);
    });
  }

  async get(id: number): Promise<CampaignResponse> {
    return this.respond(await this.find(this.em.fork(), id));
  }

  /**
   * A campaign as it is stored, for who reckons with it: with its schedule, and when its next run opens, were a draft launched
   * and a paused one resumed now; null where none is to come. Throws CAMPAIGN_NOT_FOUND.
   */
  async plan(id: number): Promise<{ campaign: Campaign; schedule: Schedule; opensNext: Date | null }> {
    const campaign = await this.find(this.em.fork(), id);
    return { campaign, schedule: scheduleOf(campaign), opensNext: nextOpeningOf(campaign, this.clock.now()) };
  }

  /** Newest last, in the order they were made. */
  async list(query: CampaignQuery): Promise<Page<CampaignResponse>> {
    const em = this.em.fork();
    const found = await em.find(
      Campaign,
      {
        id: { $gt: decodeCursor(query.cursor) ?? 0 },
        deletedAt: null,
        ...(query.status ? { status: query.status } : {}),
      },
      { orderBy: { id: 'asc' }, limit: query.limit + 1 },
    );
    const segments = await this.audiences.namesOf(found);
    const rows = found.map((campaign) => campaignResponse(campaign, segments.get(campaign.id)!));
    return Page.cut(rows, query.limit, (campaign) => campaign.id);
  }

  /** Changes what was given; a changed schedule counts from now. Runs already open keep their copy. */
  async update(
    id: number,
    input: UpdateCampaign,
    version: number | null,
    actor: string | null = null,
  ): Promise<CampaignResponse> {
    return this.change(id, 'edit', input, version, actor);
  }

  /** Gives the campaign another time; a completed one-time campaign will run again. */
  async reschedule(id: number, input: RescheduleCampaign, version: number | null): Promise<CampaignResponse> {
    return this.change(id, 'reschedule', input, version, null);
  }

  /** Takes the campaign out of every list. Its runs and their ledger stay readable. */
  async delete(id: number): Promise<void> {
    await this.em.transactional(async (em) => {
      const campaign = await this.lock(em, id);
      if (await hasOpenRun(em.getKysely(), id)) throw campaignIsRunning();
      await leaveOut(em.getKysely(), givenUp(campaign, 'deleted', this.clock.now()), this.clock.sql());
      Object.assign(campaign, { deletedAt: this.clock.now(), nextRunAt: null, targetSegment: null });
      await this.audiences.keep(id, { target: null, include: [], exclude: [] });
    });
  }

  /** The next occurrences from the anchor or then, whichever is later; a one-time campaign has one. */
  async occurrences(id: number, count: number, from = this.clock.now()): Promise<OccurrenceResponse[]> {
    return shownOccurrences(await this.find(this.em.fork(), id), count, from);
  }

  /** The campaign, locked against the engine and other edits until the transaction ends. */
  async lock(em: EntityManager, id: number): Promise<Campaign> {
    await sql`select from campaign where id = ${id} for update`.execute(em.getKysely());
    return this.find(em, id);
  }

  /** The API's view, with the names of the segments. */
  async respond(campaign: Campaign): Promise<CampaignResponse> {
    const segments = await this.audiences.namesOf([campaign]);
    return campaignResponse(campaign, segments.get(campaign.id)!);
  }

  /** Throws INVALID_CAMPAIGN where a message that is to be sent lacks what the law asks of it; a draft may. */
  requireSendable(campaign: Campaign): void {
    const errors = everySendingError(campaign, this.config);
    if (errors.length > 0) throw invalid('INVALID_CAMPAIGN', errors);
  }

  private async change(
    id: number,
    action: 'edit' | 'reschedule',
    input: UpdateCampaign,
    version: number | null,
    actor: string | null,
  ): Promise<CampaignResponse> {
    return this.em.transactional(async (em) => {
      const campaign = await this.lock(em, id);
      requireVersion(campaign.version, version);
      const status = statusAfter(action, campaign.status);
      if (!status) throw actionNotAllowed(action, campaign.status);
      const named = (await this.audiences.namesOf([campaign])).get(id)!;
      const present = presentRequest(campaign, named);
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      const scheduling = () => JSON.stringify([openingsOf(campaign), campaign.maxRuns]);
      const before = scheduling();
      const dropped = givenUp(campaign, 'rescheduled', this.clock.now());
      const request = requestOf({ ...present, ...replacing(given), ...given });
      const segments = await this.apply(campaign, request, status === 'draft');
      const changed = before !== scheduling();
      // What a one-time campaign's run already stands for begins anew only for a time given in so many words.
      const again = 'schedule_time' in given || campaign.type === 'recurring' || campaign.nextRunAt != null;
      if (action === 'reschedule' || (changed && again))
        await this.restart(em, campaign, status, 'schedule_time' in given, dropped);
      Object.assign(campaign, { status, updatedAt: this.clock.now() });
      await em.flush();
      await this.audiences.keep(id, segments);
      await keepVersion(em.getKysely(), id, actor, this.clock.sql());
      await this.events.publish('campaign.scheduled', { campaignId: id });
      return this.respond(campaign);
    });
  }

  /**
   * Lets a changed schedule count from now; what was due by the one before is `dropped`. Only a new `schedule_time` in the
   * past, which was `asked` for, is a matter of the misfire policy.
   */
  private async restart(
    em: EntityManager,
    campaign: Campaign,
    status: Campaign['status'],
    asked: boolean,
    dropped: Omission | null,
  ): Promise<void> {
    Object.assign(campaign, { openFailures: 0, statusReason: null });
    if (status === 'draft') return;
    const now = this.clock.now();
    const db = em.getKysely();
    const { due, missed } = startOf(campaign, now, asked);
    if (!due) throw scheduleIsOver();
    const { rows } = await sql`
      select from run where campaign_id = ${campaign.id} and scheduled_for = ${scheduledFor(campaign, due)}`.execute(
      db,
    );
    if (rows.length > 0 && campaign.type === 'one_time') throw occurrenceTaken(scheduledFor(campaign, due));
    campaign.nextRunAt = due;
    await leaveOut(db, dropped && { ...dropped, kept: toCatchUp(campaign, now) }, this.clock.sql());
    await leaveOut(db, missedOf(campaign, 'misfire', missed), this.clock.sql());
  }

  private async apply(campaign: Campaign, request: CampaignRequest, draft: boolean): Promise<CampaignSegments> {
    const checked = checkRequest(request, this.config, templatesOf(campaign));
    if ('errors' in checked) throw invalid('INVALID_CAMPAIGN', checked.errors);
    const html = await htmlOf(campaign, request);
    const variants = await variantsWithHtml(campaign, request);
    const segments = await this.audiences.resolve(request);
    await this.providers.require(request.channel, request.provider);
    applyRequest(campaign, { ...request, variants }, checked.schedule, segments);
    campaign.html = html;
    if (!draft) this.requireSendable(campaign);
    return segments;
  }

  private async find(em: EntityManager, id: number): Promise<Campaign> {
    const campaign = await em.findOne(Campaign, { id, deletedAt: null });
    if (!campaign) throw notFound('campaign', id);
    return campaign;
  }
}

function scheduleIsOver() {
  return invalid('INVALID_CAMPAIGN', [
    { pointer: '/schedule_time', message: 'the schedule is over already: no occurrence is left' },
  ]);
}
