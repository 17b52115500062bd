import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { LazyProvider } from './channels/lazy.provider.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import type { AccountCheck } from './domain/account-check.js';
import { ProviderKeeper } from './provider-keeper.js';
import { StoredProvider } from './stored-provider.entity.js';

/** Asks providers for the accounts that are configured here, and sends nothing. */
@Injectable()
export class AccountChecksService {
  constructor(
    private readonly em: EntityManager,
    private readonly keeper: ProviderKeeper,
    private readonly registry: ProviderRegistry,
  ) {}

  /** The account of that name; null where there is nobody to ask without sending. An account of the table is read anew. */
  async check(channel: Channel, name: string): Promise<AccountCheck | null> {
    const row = await this.em.fork().findOne(StoredProvider, { channel, name });
    if (!row) return (await this.registry.find(channel, name)?.check?.()) ?? null;
    const { kind, settings } = row;
    const account = { channel, kind, name, settings, secrets: this.keeper.opened(row) };
    const provider = new LazyProvider(account, (each) => this.keeper.make(each));
    try {
      return await provider.check();
    } finally {
      await provider.close();
    }
  }
}
