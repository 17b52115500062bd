import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Settings } from './channels/provider-kinds.js';
import { ProviderKeeper } from './provider-keeper.js';
import { StoredProvider } from './stored-provider.entity.js';

/** An account that something claims to come from. */
export interface KnownAccount {
  name: string;
  kind: string;
  settings: Settings;
  /** In clear text; null where they do not open with the present SECRET_KEY. */
  secrets: Settings | null;
}

/** What it takes to tell whether something comes from the provider of an account. */
@Injectable()
export class AccountSecretsService {
  constructor(
    private readonly em: EntityManager,
    private readonly keeper: ProviderKeeper,
  ) {}

  /** The account of that name, switched off or not: what it sent before is still reported. Null for none. */
  async of(name: string): Promise<KnownAccount | null> {
    const row = await this.em.fork().findOne(StoredProvider, { name });
    return row && { name, kind: row.kind, settings: row.settings, secrets: this.keeper.opened(row) };
  }
}
