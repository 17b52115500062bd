import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../../audience/domain/channel.js';
import type { OutgoingMessage, Provider, SendResult } from '../provider.js';
import type { SandboxMailbox } from './sandbox-mailbox.js';

export interface SandboxOptions {
  /** `sandbox` unless given. */
  name?: string;
  channel: Channel;
  /** The share of tries it refuses for the moment, 0…1. */
  failureRate: number;
  /** Milliseconds until it answers. */
  latencyMs: number;
  /** Yields [0, 1). */
  random: () => number;
  now: () => Date;
  mailbox: SandboxMailbox;
  sleep?: (milliseconds: number) => Promise<unknown>;
}

/** A provider that delivers to nobody: it keeps what it accepts for the dashboard, and fails or dawdles as it is told. */
export class SandboxProvider implements Provider {
  readonly name: string;
  readonly channel: Channel;
  private readonly options: Required<SandboxOptions>;
  private inFlight = 0;
  private closed: Promise<void> | null = null;
  private onDrained: () => void = () => undefined;

  constructor(options: SandboxOptions) {
    this.options = { name: 'sandbox', sleep, ...options };
    this.name = this.options.name;
    this.channel = options.channel;
  }

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    if (this.closed) return { outcome: 'deferred', scope: 'provider', code: 'provider_closed' };
    if (!mayStart()) return { outcome: 'deferred', scope: 'provider', code: 'not_started' };
    this.inFlight++;
    try {
      if (this.options.latencyMs > 0) await this.options.sleep(this.options.latencyMs);
      return this.answer(message);
    } finally {
      if (--this.inFlight === 0) this.onDrained();
    }
  }

  close(): Promise<void> {
    return (this.closed ??= this.drain());
  }

  private async drain(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onDrained = resolve));
  }

  private answer(message: OutgoingMessage): SendResult {
    const { failureRate, random, now, mailbox, channel } = this.options;
    if (random() < failureRate)
      return {
        outcome: 'deferred',
        scope: 'recipient',
        code: 'sandbox_failure',
        response: 'The sandbox was told to fail',
      };
    const { to, toName, subject, format, runId, contactId, attempt, letter, writtenFor } = message;
    const whole = letter?.bodies();
    const body = whole?.html ?? whole?.text ?? message.body;
    const kept = { at: now(), channel, to, to_name: toName, subject, format, body };
    const id = mailbox.add({ ...kept, run_id: runId, contact_id: contactId, attempt }, writtenFor);
    return { outcome: 'sent', providerMessageId: mailbox.nameOf(id) };
  }
}
