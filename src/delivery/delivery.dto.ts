import { IsIn, IsOptional } from 'class-validator';
import type { Channel } from '../audience/domain/channel.js';
import type { RunStatus } from '../campaigns/domain/campaign-status.js';
import { PageQuery } from '../platform/page.dto.js';
import { type Outcome, OUTCOMES } from './domain/outcome.js';

/** What became of the recipients; at every instant audience = pending + sent + failed + skipped + in_doubt. */
export class RunCounts {
  /** Contacts frozen into the run so far. */
  audience: number;
  /** Waiting, in flight, or to be tried again. */
  pending: number;
  /** Accepted by the provider. */
  sent: number;
  failed: number;
  /** Left out at the moment of sending: unsubscribed, without address, cancelled, outside the hours of sending, held out. */
  skipped: number;
  /** Handed over, but the answer was lost. */
  in_doubt: number;
}

/** A count by which a run differs from its ledger. */
export class ReconciliationDifference {
  /**
   * Which; `batches.sent` where the batches of a finished run differ in another way than its own totals.
   * @example "sent"
   */
  count: string;
  counted: number;
  ledger: number;
}

/** One occurrence carried out, or not. */
export class RunResponse extends RunCounts {
  /** @example 12 */
  id: number;
  /** @example 1 */
  campaign_id: number;
  /** Its instant in the campaign's zone. */
  scheduled_for: Date;
  /**
   * The wall time at which each contact is due in its own zone; null for a run that is due everywhere at once.
   * @example null
   */
  local_time: string | null;
  /** Contacts without a usable time zone, sent to by the campaign's, in a run that asks for zones. */
  zone_fallback: number;
  /** @example "completed" */
  status: RunStatus;
  /** Why it was paused, skipped or missed. */
  reason: string | null;
  channel: Channel;
  /**
   * Who carries it, decided when its audience was frozen; only processes configured with it send.
   * @example "smtp"
   */
  provider: string | null;
  /** The content version this run carries. */
  content_version: number;
  /** Whether the whole audience is in batches already. */
  frozen: boolean;
  /** Whether its messages tell when they are opened. */
  counts_opens: boolean;
  /** Whether they tell when a link of theirs is followed. */
  counts_clicks: boolean;
  /** Of the pending: who waits for one of the variants to win. */
  awaiting_winner: number;
  /** When the engine decides the winner; null where it does not, or has, so that people choose. */
  decides_at: Date | null;
  /** Of a `missed` or `skipped` run: how many occurrences this row stands for. */
  missed_count: number;
  missed_until: Date | null;
  opened_at: Date;
  /** How late it opened, in milliseconds; with `local_time` after the first zone on earth got there. */
  opened_after_ms: number;
  finished_at: Date | null;
  /** When its final counts were last compared with the ledger, the night after it ended; null until then. */
  reconciled_at: Date | null;
  /** What differed then; null where nothing did. */
  reconciliation_difference: ReconciliationDifference[] | null;
  /**
   * When who got it was forgotten, as old as it was to be kept (`RETENTION_DAYS`); the counts remain. Null until then.
   * @example null
   */
  ledger_dropped_at: Date | null;
}

/** Which deliveries to list. */
export class DeliveryQuery extends PageQuery {
  /** Only these. */
  @IsOptional()
  @IsIn(OUTCOMES)
  outcome?: Outcome;
}

/** One try that did not end in `sent`. */
export class AttemptResponse {
  /** @example 1 */
  attempt: number;
  at: Date;
  /** @example "smtp_450" */
  code: string;
  /** @example "4.2.1" */
  enhanced_code: string | null;
  /** The provider's words. */
  response: string | null;
  transient: boolean;
  /**
   * The account that it went through; null where there was none.
   * @example "ses-main"
   */
  provider: string | null;
}

/** What became of one contact in a run. */
export class DeliveryResponse {
  /** @example 12 */
  run_id: number;
  /** @example 17 */
  contact_id: number;
  /** The contact's present email; null for a deleted one. */
  email: string | null;
  /** Its present phone number, by which an SMS reaches it; null for a deleted one. */
  phone: string | null;
  outcome: Outcome;
  /**
   * Why it is not `sent`. `sent_or_` before a reason, of one in doubt: an earlier try may have reached them, and what
   * follows is what kept them from being sent to again, e.g. `sent_or_cancelled`.
   * @example "no_address"
   */
  reason: string | null;
  /** Tries, the successful one included. */
  attempts: number;
  provider_message_id: string | null;
  at: Date;
  /** Which variant it was; null where the run has none, for who was held out, and who waited for a winner in vain. */
  variant: string | null;
  failed_attempts: AttemptResponse[];
}

/** What became of a contact in one of the runs that had it in its audience. */
export class ContactDeliveryResponse {
  /** @example 12 */
  run_id: number;
  /** @example 1 */
  campaign_id: number;
  /**
   * What the campaign is called now.
   * @example "Weekly news"
   */
  campaign_name: string;
  channel: Channel;
  outcome: Outcome;
  /**
   * Why it is not `sent`.
   * @example "no_address"
   */
  reason: string | null;
  /**
   * Tries, the successful one included.
   * @example 1
   */
  attempts: number;
  at: Date;
}

/** The identity recomputed from the ledger. */
export class ReconciliationResponse {
  /** @example 12 */
  run_id: number;
  /** Whether all sides are equal and audience = pending + sent + failed + skipped + in_doubt on each. */
  balanced: boolean;
  /** What the API shows: the run's own totals once it ended, its batches' counters until then. */
  counted: RunCounts;
  /** From the batches' counters; null once the ledger was dropped. */
  batches: RunCounts | null;
  /** From the ledger, row by row; pending are the contacts without an outcome. Null once it was dropped. */
  ledger: RunCounts | null;
  differences: ReconciliationDifference[];
  /**
   * Since when there is nothing left to compare the counts with, as old as it was to be kept; null as long as there is.
   * @example null
   */
  ledger_dropped_at: Date | null;
}

/** A message the sandbox accepted. */
export class SandboxMessageResponse {
  /** Counts up for as long as the process lives. */
  id: number;
  at: Date;
  channel: Channel;
  to: string;
  to_name: string | null;
  subject: string | null;
  format: 'text' | 'html';
  /**
   * As the recipient would have it. For a key or user without the scope `write` the links to the recipient's own pages
   * (unsubscribe, preferences, opt-in, push) end with `hidden` in place of their token: whoever has one can change the
   * consent of a contact.
   */
  body: string;
  run_id: number;
  contact_id: number;
  attempt: number;
}
