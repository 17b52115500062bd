import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CampaignProvidersService } from '../campaigns/campaign-providers.service.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { lockNamed } from './stored-provider.queries.js';

/** Tells campaigns which accounts there are: those of the table, and this process's own. */
@Injectable()
export class NamedAccount implements OnModuleInit {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignProvidersService,
    private readonly registry: ProviderRegistry,
  ) {}

  onModuleInit(): void {
    this.campaigns.tell(
      async (channel, name) =>
        this.registry.environment(channel).name === name || (await lockNamed(this.em.getKysely(), channel, name)),
    );
  }
}
