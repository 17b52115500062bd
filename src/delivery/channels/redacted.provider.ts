import type { Channel } from '../../audience/domain/channel.js';
import { redacted } from '../../platform/redaction.js';
import type { AccountCheck } from '../domain/account-check.js';
import type { OutgoingMessage, Provider, SendResult } from './provider.js';

/** A provider of the environment, whose answers are logged and shown: what they repeat of our secrets is blacked out. */
export class RedactedProvider implements Provider {
  readonly name: string;
  readonly channel: Channel;

  constructor(private readonly provider: Provider) {
    this.name = provider.name;
    this.channel = provider.channel;
  }

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    const result = await this.provider.send(message, mayStart);
    if (result.outcome === 'sent' || result.response === undefined) return result;
    return { ...result, response: redacted(result.response) };
  }

  async check(): Promise<AccountCheck | null> {
    const found = (await this.provider.check?.()) ?? null;
    return found && { ...found, detail: redacted(found.detail) };
  }

  close(): Promise<void> {
    return this.provider.close();
  }
}
