import type { Channel } from '../../audience/domain/channel.js';
import type { StoredSubscription } from '../../audience/domain/stored-subscription.js';
import type { ToldHarm } from '../domain/told-harm.js';
import type { AccountCheck } from '../domain/account-check.js';
import type { Letter } from './email/letter.js';

/** One message, addressed and rendered, ready to leave. */
export interface OutgoingMessage {
  runId: number;
  contactId: number;
  /** Of a test: the contact that it was filled for, for it may go to anybody; null for none. */
  writtenFor?: number | null;
  /** 1 for the first try. */
  attempt: number;
  /** An email address, an E.164 phone number or a push subscription, as the channel asks. */
  to: string;
  /** Display name of the recipient; null when unknown. */
  toName: string | null;
  /** Null for channels without a subject. */
  subject: string | null;
  format: 'text' | 'html';
  body: string;
  /**
   * The same for every try of one delivery, so that a receiver can recognise a repeat, and of no other delivery, also of a
   * reinstalled product that counts its runs from 1 again: `<run>.<contact>.<when the run opened>`.
   */
  deliveryKey: string;
  /** Of an email of a run: all that it has besides. */
  letter?: Letter;
  /** Of a push message of a run: all that it has besides. */
  notice?: Notice;
}

/** What a push message has beside its title and its text. */
export interface Notice {
  /** Everywhere it may go; `to` is the first. */
  subscriptions: readonly StoredSubscription[];
  /** What a click opens. */
  url: string | null;
  icon: string | null;
}

/**
 * Whom a temporary refusal concerns. `recipient` burns an attempt; `provider` (throttled, unreachable) burns none and is
 * tried later; `account` (our credentials or sender are refused) pauses the run.
 */
export type DeferralScope = 'recipient' | 'provider' | 'account';

/** The provider's words about a try: a stable short code, the SMTP enhanced code if any, and the text it answered. */
export interface ProviderAnswer {
  code: string;
  enhancedCode?: string;
  response?: string;
}

/**
 * What a provider may answer. A provider never throws for these: an outcome is a value.
 * `unknown` means handed over without an answer: the message may or may not have been accepted. So does a deferral that is
 * `doubtful`, but there another try under the same `deliveryKey` is safe: the far side recognises a repeat. `unknown` with
 * the scope `recipient` is no sign of the provider's health.
 */
export type SendResult = (
  | { outcome: 'sent'; providerMessageId: string | null }
  | ({ outcome: 'rejected'; harm?: ToldHarm } & ProviderAnswer)
  | ({ outcome: 'deferred'; scope: DeferralScope; retryAfterMs?: number; doubtful?: true } & ProviderAnswer)
  | ({ outcome: 'unknown'; scope?: 'recipient' } & ProviderAnswer)
) & {
  /** Push subscriptions that are dead for good, whatever became of the message. */
  gone?: readonly StoredSubscription[];
};

/** The code of a message that was not even tried: it waits for another turn and counts as no try. */
export const NOT_STARTED = 'not_started';

/** A way out for one channel. Implementations are safe to call concurrently. */
export interface Provider {
  /** The account's name, as logs, reports and runs have it: `smtp`, `sandbox`, or what people called it. */
  readonly name: string;
  readonly channel: Channel;
  /**
   * Hands one message over. Called up to a window (100) at a time; the provider queues what exceeds its own connections.
   * `mayStart` is asked immediately before the first byte of a message: false means that our lease ran out, or that the
   * provider was put off meanwhile, and it must answer `deferred`/`provider` with code `not_started` without sending.
   */
  send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult>;
  /**
   * Asks the far side for the account, and sends nothing; never throws. Null, like a provider without it, where that cannot be
   * asked.
   */
  check?(): Promise<AccountCheck | null>;
  /** Closes connections; resolves when nothing is in flight. */
  close(): Promise<void>;
}
