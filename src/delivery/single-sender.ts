import { Injectable } from '@nestjs/common';
import type { OutgoingMessage, Provider, SendResult } from './channels/provider.js';
import { ProviderGate } from './provider-gate.js';

/** Sends a message that belongs to no run. */
@Injectable()
export class SingleSender {
  constructor(private readonly gate: ProviderGate) {}

  /** As campaigns do: within the provider's limits, and a provider that throws may or may not have sent it. */
  async send(provider: Provider, message: OutgoingMessage): Promise<SendResult> {
    if ((await this.gate.admit(provider, 1, false)) === 0)
      return { outcome: 'deferred', scope: 'provider', code: 'provider_busy' };
    try {
      return await provider.send(message, () => this.gate.mayStart(provider));
    } catch (error) {
      return { outcome: 'unknown', code: 'provider_error', response: (error as Error).message };
    }
  }
}
