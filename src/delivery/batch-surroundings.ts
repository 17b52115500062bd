import type { Harm } from '../audience/consent.service.js';
import type { ContactField } from '../audience/domain/recipient.js';
import type { GoneSubscription } from '../audience/push-subscriptions.service.js';
import type { DoubtPolicy } from '../campaigns/domain/schedule.js';
import type { BatchLedger } from './batch-ledger.js';
import type { ClaimedBatch } from './batch.queries.js';
import type { Provider } from './channels/provider.js';
import type { FrequencyCap } from './domain/frequency-cap.js';
import type { RecipientHours } from './domain/recipient-hours.js';
import type { RetryPolicy } from './domain/retry-policy.js';
import type { FailedTry } from './domain/settlement.js';
import type { Pace } from './pace.js';
import type { ProviderGate } from './provider-gate.js';
import type { RunWriter } from './run-writer.js';
import type { WindowSize } from './window-size.js';

/** What a batch's work needs from the sender around it. */
export interface BatchSurroundings {
  provider: Provider;
  gate: ProviderGate;
  /** What releases the messages at the account's limit per second; null where it has none. */
  pace: Pace | null;
  writer: RunWriter;
  /** What the messages say about a contact. */
  fields: readonly ContactField[];
  policy: RetryPolicy;
  /** What the run wants for those whose answer is lost. */
  onDoubt: DoubtPolicy;
  /** How many recipients the account is given at once. */
  windowSize: WindowSize;
  /** The hours in which recipients may be sent to; null for any. */
  hours: RecipientHours | null;
  /** How much a contact may get on the channel. */
  caps: readonly FrequencyCap[];
  now(): Date;
  /** Yields [0, 1): the jitter of retries. */
  random(): number;
  ledger: BatchLedger;
  /** What tells this run's messages from those of an equal run id in another database. */
  mark: string;
  /** Whether messages may still go to the provider: its account is there and not switched off. */
  open(): boolean;
  /** Whether another account takes over what this one surely did not take. */
  hasFallback(): boolean;
  /** Hears, once it is recorded, to whom nothing sent will ever arrive, and who told the provider to send nothing more. */
  harmed(harms: readonly Omit<Harm, 'channel'>[]): Promise<void>;
  /** Hears which push subscriptions are dead, whatever became of the messages. */
  gone(subscriptions: readonly GoneSubscription[]): Promise<void>;
  /** Hears of every try that did not end in `sent`. */
  failed(batch: ClaimedBatch, contactId: number, failedTry: FailedTry): void;
}
