import type { Channel } from '../../audience/domain/channel.js';
import { CHANNELS } from '../../audience/domain/channel.js';
import type { Limits } from '../domain/rate-limit.js';
import { LazyProvider } from './lazy.provider.js';
import type { Provider } from './provider.js';
import type { OpenAccount } from './provider-kinds.js';

/** An account as its row has it now. */
export interface RegisteredAccount extends OpenAccount {
  id: number;
  /** Another one of the same account is another state of it. */
  version: number;
  limits: Limits;
  isDefault: boolean;
  enabled: boolean;
  /** The account that takes over what this one surely did not take. */
  fallback: string | null;
}

interface Entry {
  account: RegisteredAccount;
  provider: LazyProvider;
}

/**
 * Which accounts this process can send through: one of the environment a channel, and those that the table has. Wrong
 * wiring does not boot: every channel has exactly one of the environment.
 */
export class ProviderRegistry {
  private readonly byChannel = new Map<Channel, Provider>();
  private entries = new Map<string, Entry>();
  private readonly closing = new Set<Promise<void>>();

  constructor(providers: Provider[]) {
    for (const provider of providers) {
      if (this.byChannel.has(provider.channel))
        throw new Error(
          `Two providers are registered for ${provider.channel}: keep one of them in delivery.module.ts.`,
        );
      this.byChannel.set(provider.channel, provider);
    }
    const missing = CHANNELS.filter((channel) => !this.byChannel.has(channel));
    if (missing.length > 0)
      throw new Error(`No provider is registered for ${missing.join(', ')}: add one in delivery.module.ts.`);
  }

  /** Whom a channel's messages go to that name nobody: the account that is the default, else the environment's provider. */
  for(channel: Channel): Provider {
    const chosen = [...this.entries.values()].find(({ account }) => account.channel === channel && account.isDefault);
    return chosen?.provider ?? this.byChannel.get(channel)!;
  }

  /** The provider of an account that messages may go to; undefined for one that is switched off or not known here. */
  find(channel: Channel, name: string): Provider | undefined {
    const entry = this.entries.get(routeOf(channel, name));
    if (entry) return entry.account.enabled ? entry.provider : undefined;
    const provider = this.byChannel.get(channel)!;
    return provider.name === name ? provider : undefined;
  }

  /** An account as its row has it; undefined for one of the environment. */
  accountOf(channel: string, name: string): RegisteredAccount | undefined {
    return this.entries.get(routeOf(channel, name))?.account;
  }

  /** The accounts of a channel that messages may go to, the default first. */
  accountsOf(channel: Channel): RegisteredAccount[] {
    const accounts = [...this.entries.values()].map(({ account }) => account);
    return accounts
      .filter((account) => account.channel === channel && account.enabled)
      .sort((one, other) => Number(other.isDefault) - Number(one.isDefault));
  }

  /** The account that stands by for one, and that messages may go to; null for none. */
  fallbackOf(channel: Channel, name: string): string | null {
    const fallback = this.accountOf(channel, name)?.fallback ?? null;
    return fallback !== null && this.find(channel, fallback) ? fallback : null;
  }

  /** The environment's provider of a channel. */
  environment(channel: Channel): Provider {
    return this.byChannel.get(channel)!;
  }

  /** The environment's, one a channel. */
  all(): Provider[] {
    return [...this.byChannel.values()];
  }

  /** What can be carried here: `channel/provider` pairs. */
  carries(): string[] {
    const own = [...this.byChannel].map(([channel, { name }]) => routeOf(channel, name));
    const stored = [...this.entries].flatMap(([route, { account }]) => (account.enabled ? [route] : []));
    return [...own, ...stored];
  }

  /** Goes on with the accounts as they are now. What is gone or switched off takes nothing more, and ends what is in flight. */
  adopt(accounts: RegisteredAccount[], make: (account: OpenAccount) => Promise<Provider>): void {
    const before = this.entries;
    this.entries = new Map(
      accounts.map((account) => [routeOf(account.channel, account.name), this.adopted(before, account, make)]),
    );
    const kept = new Set([...this.entries.values()].map(({ provider }) => provider));
    for (const { provider } of before.values()) if (!kept.has(provider)) this.retire(provider);
  }

  /** Lets every provider finish what is in flight. */
  async close(): Promise<void> {
    const stored = [...this.entries.values()].map(({ provider }) => provider);
    await Promise.all([...this.closing, ...[...this.all(), ...stored].map((provider) => provider.close())]);
  }

  private adopted(
    before: Map<string, Entry>,
    account: RegisteredAccount,
    make: (account: OpenAccount) => Promise<Provider>,
  ): Entry {
    const known = before.get(routeOf(account.channel, account.name));
    // One that was switched off and on again is made anew: the old one takes nothing more.
    if (!known || known.account.id !== account.id || known.account.enabled !== account.enabled) {
      const provider = new LazyProvider(account, make);
      if (!account.enabled) void provider.close();
      return { account, provider };
    }
    if (known.account.version !== account.version) known.provider.change(account);
    return { account, provider: known.provider };
  }

  private retire(provider: Provider): void {
    const closing = provider.close().finally(() => this.closing.delete(closing));
    this.closing.add(closing);
  }
}

const routeOf = (channel: string, name: string): string => `${channel}/${name}`;
