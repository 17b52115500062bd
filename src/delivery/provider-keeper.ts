import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { keepSecret } from '../platform/redaction.js';
import { SealedSecrets } from '../platform/sealed-secrets.js';
import { secretTexts } from './channels/lazy.provider.js';
import type { Provider } from './channels/provider.js';
import { ProviderGround } from './channels/provider-ground.js';
import { kindOf, type OpenAccount, type Settings } from './channels/provider-kinds.js';
import { ProviderRegistry, type RegisteredAccount } from './channels/provider-registry.js';
import { StoredProvider } from './stored-provider.entity.js';
import { defaultOf, fingerprint } from './stored-provider.queries.js';

/** Keeps this process's providers as the table of accounts has them: whatever changes there is followed within a second. */
@Injectable()
export class ProviderKeeper implements OnApplicationBootstrap {
  private readonly logger = new Logger('Provider');
  private known = '';
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly em: EntityManager,
    private readonly registry: ProviderRegistry,
    private readonly secrets: SealedSecrets,
    private readonly ground: ProviderGround,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.follow();
  }

  /** Looks whether an account changed, and goes on with what is there now; one after the other, so that the latest look wins. */
  follow(): Promise<void> {
    const turn = this.following.then(() => this.look());
    this.following = turn.catch(() => undefined);
    return turn;
  }

  /**
   * The name of the account for a channel's messages that name none. Asked of the table in the caller's transaction: this
   * process may not have heard yet of another default.
   */
  async defaultFor(channel: Channel): Promise<string> {
    return (await defaultOf(this.em.getKysely(), channel)) ?? this.registry.environment(channel).name;
  }

  /** Lets every provider finish what is in flight. */
  close(): Promise<void> {
    return this.registry.close();
  }

  /** Makes the provider of an account. Rejects with an Error that says which setting is not usable. */
  async make(account: OpenAccount): Promise<Provider> {
    const kind = kindOf(account.kind);
    if (!kind) throw new Error(`this version does not know the kind ${account.kind}`);
    const { secrets } = account;
    if (secrets === null) throw new Error('its secrets were sealed with another SECRET_KEY');
    return kind.make({ ...account, secrets }, this.ground);
  }

  /** The secrets of an account in clear text. Throws an Error where they were sealed with another key. */
  open({ id, secrets }: Pick<StoredProvider, 'id' | 'secrets'>): Settings {
    if (secrets == null) return {};
    const opened = JSON.parse(this.secrets.open(secrets, placeOf(id))) as Settings;
    keepSecret(...secretTexts(opened));
    return opened;
  }

  /** The same; null where they do not open: the account cannot be used then, and its runs pause with that reason. */
  opened(row: StoredProvider): Settings | null {
    try {
      return this.open(row);
    } catch (error) {
      this.logger.error({ message: 'secrets do not open', provider: row.name, reason: (error as Error).message });
      return null;
    }
  }

  /** The secrets of an account as its row may have them; null for none. */
  seal(id: number, secrets: Settings): string | null {
    return Object.keys(secrets).length === 0 ? null : this.secrets.seal(JSON.stringify(secrets), placeOf(id));
  }

  private async look(): Promise<void> {
    const em = this.em.fork();
    const print = await fingerprint(em.getKysely());
    if (print === this.known) return;
    const rows = await em.find(StoredProvider, {}, { orderBy: { id: 'asc' } });
    const names = new Map(rows.map(({ id, name }) => [id, name]));
    this.registry.adopt(
      rows.map((row) => this.registered(row, names)),
      (account) => this.make(account),
    );
    this.known = print;
  }

  private registered(row: StoredProvider, names: Map<number, string>): RegisteredAccount {
    const { id, channel, kind, name, settings, version, limits, isDefault, enabled } = row;
    const fallback = row.fallback == null ? null : (names.get(row.fallback) ?? null);
    const secrets = this.opened(row);
    return { id, channel, kind, name, settings, secrets, version, limits, isDefault, enabled, fallback };
  }
}

const placeOf = (id: number): string => `provider.secrets:${id}`;
