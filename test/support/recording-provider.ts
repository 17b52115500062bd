import type { Channel } from '../../src/audience/domain/channel.js';
import type { OutgoingMessage, Provider, SendResult } from '../../src/delivery/channels/provider.js';

/** A provider that remembers every message and answers as the test says; by default it accepts. */
export class RecordingProvider implements Provider {
  readonly name = 'recording';
  readonly messages: OutgoingMessage[] = [];
  /** Decides the answer to a message; may wait, to keep messages in flight. */
  answer: (message: OutgoingMessage) => SendResult | Promise<SendResult> = () => ({
    outcome: 'sent',
    providerMessageId: null,
  });

  constructor(readonly channel: Channel) {}

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    if (!mayStart()) return { outcome: 'deferred', scope: 'provider', code: 'not_started' };
    this.messages.push(message);
    return this.answer(message);
  }

  /** Addresses in the order they were sent to. */
  addresses(): string[] {
    return this.messages.map(({ to }) => to);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
