import { Injectable } from '@nestjs/common';
import { ProviderRegistry } from './channels/provider-registry.js';
import type { ProviderResponse } from './delivery.dto.js';
import { standingOf } from './domain/provider-standing.js';
import { type Limits, type Period, usedNow } from './domain/rate-limit.js';
import type { AccountState } from './provider-account.queries.js';
import { ProviderGate } from './provider-gate.js';

/** What the API tells about providers. */
@Injectable()
export class ProviderReportService {
  constructor(
    private readonly providers: ProviderRegistry,
    private readonly gate: ProviderGate,
  ) {}

  /** The providers this process is configured with. */
  async list(): Promise<ProviderResponse[]> {
    const accounts = await this.gate.accounts();
    return this.providers.all().map(({ channel, name }) => {
      const state = accounts.find((account) => account.channel === channel && account.name === name);
      const limits = this.gate.limitsOf(channel);
      const { state: standing, until: blocked_until, reason } = standingOf(state);
      return { channel, name, state: standing, blocked_until, reason, limits: usedLimits(limits, state) };
    });
  }
}

function usedLimits(limits: Limits, state: AccountState | undefined): ProviderResponse['limits'] {
  return (Object.entries(limits) as [Period, number][]).map(([period, limit]) => ({
    period,
    limit,
    used: state ? usedNow(state.usage, period, state.now) : 0,
  }));
}
