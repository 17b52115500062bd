import type { Channel } from '../src/audience/domain/channel.js';
import type { Provider, SendResult } from '../src/delivery/channels/provider.js';

/** A provider that accepts everything at once: what remains is our own work and the database's. */
export class NullProvider implements Provider {
  readonly name = 'null';
  private readonly accepted: Promise<SendResult> = Promise.resolve({ outcome: 'sent', providerMessageId: null });

  constructor(readonly channel: Channel) {}

  send(): Promise<SendResult> {
    return this.accepted;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
