import type { Channel } from '../../audience/domain/channel.js';
import { CHANNELS } from '../../audience/domain/channel.js';
import type { Provider } from './provider.js';

/** Which provider carries each channel. Wrong wiring does not boot: every channel has exactly one. */
export class ProviderRegistry {
  private readonly byChannel = new Map<Channel, Provider>();

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

  for(channel: Channel): Provider {
    return this.byChannel.get(channel)!;
  }

  all(): Provider[] {
    return [...this.byChannel.values()];
  }

  /** What can be carried here: `channel/provider` pairs. */
  carries(): string[] {
    return [...this.byChannel].map(([channel, { name }]) => `${channel}/${name}`);
  }

  /** Lets every provider finish what is in flight. */
  async close(): Promise<void> {
    await Promise.all([...this.byChannel.values()].map((provider) => provider.close()));
  }
}
