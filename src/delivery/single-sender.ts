import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import type { OutgoingMessage, Provider, SendResult } from './channels/provider.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import type { Send } from './departures.js';
import { ProviderGate } from './provider-gate.js';

/** Sends messages that belong to no run. */
@Injectable()
export class SingleSender {
  constructor(
    private readonly providers: ProviderRegistry,
    private readonly gate: ProviderGate,
  ) {}

  /** The account of that name; the channel's default for none, and where it is switched off or gone. */
  providerOf(channel: Channel, name: string | null): Provider {
    return (name === null ? undefined : this.providers.find(channel, name)) ?? this.providers.for(channel);
  }

  /** As campaigns do: within the provider's limits, and a provider that throws may or may not have sent it. */
  async send(provider: Provider, message: OutgoingMessage): Promise<SendResult> {
    if ((await this.gate.admit(provider, 1, false)) === 0)
      return { outcome: 'deferred', scope: 'provider', code: 'provider_busy' };
    const send: Send = (mayStart) => provider.send(message, mayStart);
    const pace = this.gate.paceOf(provider);
    const mayStart = (): boolean => this.gate.mayStart(provider);
    try {
      return await (pace ? pace.release(send, mayStart) : send(mayStart));
    } catch (error) {
      return { outcome: 'unknown', code: 'provider_threw', response: (error as Error).message };
    }
  }
}
