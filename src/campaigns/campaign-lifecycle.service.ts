import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Events } from '../platform/events.js';
import type { Campaign } from './campaign.entity.js';
import { resumptionOf, startOf } from './campaign-schedule.js';
import type { CampaignResponse } from './campaign-response.dto.js';
import { actionNotAllowed, nothingLeftToRun } from './campaigns.errors.js';
import { hasOpenRun, moveOpenRuns, resumeRuns } from './campaigns.queries.js';
import { CampaignsService } from './campaigns.service.js';
import { type CampaignAction, statusAfter } from './domain/campaign-status.js';
import { givenUp, leaveOut, missedOf } from './idle-runs.js';
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
        const { due, missed } = startOf(campaign, now);
        if (!due) throw nothingLeftToRun();
        campaign.nextRunAt = due;
        await leaveOut(em.getKysely(), missedOf(campaign, 'misfire', missed), this.clock.sql());
      } else if (campaign.type === 'one_time') campaign.nextRunAt = now;
      else await this.openings.openBesideSchedule(em, campaign, now);
    });
  }

  /** Nothing opens and nothing more is sent; what is in flight is recorded. */
  pause(id: number): Promise<CampaignResponse> {
    return this.act(id, 'pause', (em) => moveOpenRuns(em.getKysely(), id, ['processing'], 'paused', null));
  }

  /**
   * Goes on where it was. Occurrences that passed meanwhile do not fire (R30): they are recorded as one missed range. A
   * one-time campaign is carried out late, unless its policy is `skip`.
   */
  resume(id: number): Promise<CampaignResponse> {
    return this.act(id, 'resume', async (em, campaign) => {
      await resumeRuns(em.getKysely(), id, this.clock.sql());
      await this.skipPast(em, campaign);
      campaign.statusReason = null;
    });
  }

  /** Ends the campaign: what has not left is skipped as `cancelled`, what was due and had not begun is missed. */
  cancel(id: number): Promise<CampaignResponse> {
    return this.act(id, 'cancel', async (em, campaign) => {
      await moveOpenRuns(em.getKysely(), id, ['processing', 'paused'], 'cancelling', 'cancelled');
      await leaveOut(em.getKysely(), givenUp(campaign, 'cancelled', this.clock.now()), this.clock.sql());
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

  /** Moves a campaign past what it slept through, and records that. */
  private async skipPast(em: EntityManager, campaign: Campaign): Promise<void> {
    const { due, missed } = resumptionOf(campaign, this.clock.now());
    await leaveOut(em.getKysely(), missedOf(campaign, 'paused', missed), this.clock.sql());
    campaign.nextRunAt = due;
  }
}
