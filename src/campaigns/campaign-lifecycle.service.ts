import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Events } from '../platform/events.js';
import type { Campaign } from './campaign.entity.js';
import { firstDueOf, openingsOf, scheduledFor } from './campaign-schedule.js';
import type { CampaignResponse } from './campaign-response.dto.js';
import { actionNotAllowed, nothingLeftToRun } from './campaigns.errors.js';
import { hasOpenRun, insertIdleRun, moveOpenRuns, resumeRuns } from './campaigns.queries.js';
import { CampaignsService } from './campaigns.service.js';
import { type CampaignAction, statusAfter } from './domain/campaign-status.js';
import { countOccurrences, latestOccurrence, nextOccurrence } from './domain/recurrence.js';
import { OpeningsService } from './openings.service.js';

/** What people do to a campaign that is already there. Each takes effect on a running run within one window. */
@Injectable()
export class CampaignLifecycleService {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
    private readonly openings: OpeningsService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** A draft goes onto its schedule; a waiting campaign runs now, and a recurring one keeps its schedule beside that. */
  launch(id: number): Promise<CampaignResponse> {
    return this.act(id, 'launch', async (em, campaign) => {
      const now = this.clock.now();
      this.campaigns.requireSendable(campaign);
      if (campaign.status === 'draft') {
        campaign.nextRunAt = firstDueOf(campaign, now);
        if (!campaign.nextRunAt) throw nothingLeftToRun();
      } else if (campaign.type === 'one_time') campaign.nextRunAt = now;
      else await this.openings.openBesideSchedule(em, campaign, now);
    });
  }

  /** Nothing opens and nothing more is sent; what is in flight is recorded. */
  pause(id: number): Promise<CampaignResponse> {
    return this.act(id, 'pause', (em) => moveOpenRuns(em.getKysely(), id, ['processing'], 'paused', null));
  }

  /**
   * Goes on where it was. Occurrences that passed meanwhile do not fire (R30): they are recorded as one missed range.
   */
  resume(id: number): Promise<CampaignResponse> {
    return this.act(id, 'resume', async (em, campaign) => {
      await resumeRuns(em.getKysely(), id, this.clock.sql());
      await this.skipPast(em, campaign);
      campaign.statusReason = null;
    });
  }

  /** Ends the campaign: what has not left is skipped as `cancelled`. */
  cancel(id: number): Promise<CampaignResponse> {
    return this.act(id, 'cancel', async (em, campaign) => {
      await moveOpenRuns(em.getKysely(), id, ['processing', 'paused'], 'cancelling', 'cancelled');
      campaign.nextRunAt = null;
    });
  }

  private async act(
    id: number,
    action: CampaignAction,
    work: (em: EntityManager, campaign: Campaign) => Promise<void>,
  ): Promise<CampaignResponse> {
    return this.em.transactional(async (em) => {
      const campaign = await this.campaigns.lock(em, id);
      const status = statusAfter(action, campaign.status);
      if (!status) throw actionNotAllowed(action, campaign.status);
      await work(em, campaign);
      const open = await hasOpenRun(em.getKysely(), id);
      campaign.status =
        status !== 'pending' ? status : open ? 'processing' : campaign.nextRunAt ? 'pending' : 'completed';
      campaign.updatedAt = this.clock.now();
      await em.flush();
      await this.events.publish('campaign.scheduled', { campaignId: id });
      return this.campaigns.respond(campaign);
    });
  }

  /** Moves a recurring campaign past the occurrences it slept through: those that are past in every zone they are for. */
  private async skipPast(em: EntityManager, campaign: Campaign): Promise<void> {
    const { schedule, spreadMs } = openingsOf(campaign);
    const past = new Date(this.clock.now().getTime() - spreadMs);
    const due = campaign.nextRunAt;
    if (campaign.type === 'one_time' || !due || due > past) return;
    const last = latestOccurrence(schedule, past)?.at ?? due;
    const count = Math.max(countOccurrences(schedule, due, last), 1);
    const missed = { from: scheduledFor(campaign, due), to: scheduledFor(campaign, last), count };
    await insertIdleRun(em.getKysely(), campaign.id, 'missed', 'paused', missed, this.clock.sql());
    campaign.nextRunAt = nextOccurrence(schedule, past)?.at ?? null;
  }
}
