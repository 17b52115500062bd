import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import type { Channel } from '../audience/domain/channel.js';
import { PersonService } from '../audience/person.service.js';
import { CampaignAudienceService } from '../campaigns/campaign-audience.service.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import type { Run } from '../campaigns/run.entity.js';
import { Clock } from '../platform/clock.js';
import type { AudienceFacts } from './domain/audience-rules.js';
import { reachedBefore } from './explanation.queries.js';

/** How a contact stands to whom a run is for, or the next one of a campaign. */
@Injectable()
export class AudienceStanding {
  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    private readonly audiences: CampaignAudienceService,
    private readonly campaigns: CampaignsService,
    private readonly clock: Clock,
    private readonly person: PersonService,
  ) {}

  /** By the rules of the run, which are those of its opening; where none has opened, or it was skipped or missed, by those of this moment. */
  async of(campaignId: number, run: Run | null, contactId: number): Promise<AudienceFacts> {
    const audience = run?.audience ?? (await this.present(campaignId));
    const { include, exclude } = await this.audience.standings(audience, contactId, run?.openedAt ?? this.clock.now());
    if (audience.newTo === null) return { include, exclude, reached: null };
    return {
      include,
      exclude,
      reached: await reachedBefore(this.em.getKysely(), audience.newTo, run?.id ?? null, contactId),
    };
  }

  /** Whether a contact is suppressed on a channel by more than its own opt-out. */
  async blocks(contactId: number, channel: Channel): Promise<boolean> {
    const channels = await this.person.channels(contactId);
    return channels?.find((own) => own.channel === channel)?.blocked ?? false;
  }

  private async present(campaignId: number) {
    return this.audiences.of((await this.campaigns.plan(campaignId)).campaign);
  }
}
