import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { notFound } from '../platform/errors.js';
import { publicUrl } from '../platform/public-url.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { standingOf } from './domain/provider-standing.js';
import { type Limits, type Period, usedNow } from './domain/rate-limit.js';
import type { AccountKey, AccountState } from './provider-account.queries.js';
import { ProviderGate } from './provider-gate.js';
import type { ProviderResponse } from './providers.dto.js';
import { StoredProvider } from './stored-provider.entity.js';

type Standing = Pick<ProviderResponse, 'state' | 'blocked_until' | 'reason' | 'limits'>;

/** What the API tells about providers. */
@Injectable()
export class ProviderReportService {
  constructor(
    private readonly em: EntityManager,
    private readonly providers: ProviderRegistry,
    private readonly gate: ProviderGate,
    private readonly config: Config,
  ) {}

  /** The accounts that this process has of its environment, then those of the table in the order they were made. */
  async list(): Promise<ProviderResponse[]> {
    const rows = await this.em
      .fork({ keepTransactionContext: true })
      .find(StoredProvider, {}, { orderBy: { id: 'asc' } });
    const states = await this.gate.accounts();
    const chosen = rows.filter(({ isDefault }) => isDefault).map(({ channel }) => channel);
    const own = this.providers.all().map(({ channel, name }) => ({
      ...{ id: null, channel, name, kind: name, source: 'environment' as const, settings: null, has_secret: false },
      reports_to: this.reportsTo(name),
      ...{ default: !chosen.includes(channel), enabled: true, fallback_id: null },
      ...standing({ channel, name }, this.gate.limitsOf({ channel, name }), states),
      ...{ version: null, created_at: null, updated_at: null },
    }));
    return [...own, ...rows.map((row) => this.shown(row, states))];
  }

  /** Throws PROVIDER_NOT_FOUND. */
  async get(id: number): Promise<ProviderResponse> {
    const row = await this.em.fork({ keepTransactionContext: true }).findOne(StoredProvider, { id });
    if (!row) throw notFound('provider', id);
    return this.shown(row, await this.gate.accounts());
  }

  private shown(row: StoredProvider, states: readonly (AccountKey & AccountState)[]): ProviderResponse {
    return { ...shown(row, states), reports_to: this.reportsTo(row.name) };
  }

  private reportsTo(name: string): string {
    return `${publicUrl(this.config)}/inbound/${name}`;
  }
}

function shown(
  row: StoredProvider,
  states: readonly (AccountKey & AccountState)[],
): Omit<ProviderResponse, 'reports_to'> {
  const { id, channel, name, kind, settings, secrets, isDefault, enabled, fallback, limits, version } = row;
  const { createdAt: created_at, updatedAt: updated_at } = row;
  const fares = standing(row, limits, states);
  return {
    ...{
      id,
      channel,
      name,
      kind,
      source: 'database',
      settings,
      has_secret: secrets != null,
      default: isDefault,
      enabled,
    },
    ...{ fallback_id: fallback ?? null, ...fares, state: enabled ? fares.state : 'off' },
    ...{ version, created_at, updated_at },
  };
}

function standing(account: AccountKey, limits: Limits, states: readonly (AccountKey & AccountState)[]): Standing {
  const state = states.find(({ channel, name }) => channel === account.channel && name === account.name);
  const { state: fares, until: blocked_until, reason } = standingOf(state);
  return { state: fares, blocked_until, reason, limits: usedLimits(limits, state) };
}

function usedLimits(limits: Limits, state: AccountState | undefined): ProviderResponse['limits'] {
  return (Object.entries(limits) as [Period, number][]).map(([period, limit]) => ({
    period,
    limit,
    used: state ? usedNow(state.usage, period, state.now) : 0,
  }));
}
