import type { CampaignStatus, RunStatus } from '../campaigns/domain/campaign-status.js';

/** What became of recipients; audience = pending + sent + failed + skipped + in_doubt at every instant. */
export class AnalyticsCounts {
  audience: number;
  pending: number;
  /** Accepted by the provider. */
  sent: number;
  failed: number;
  skipped: number;
  /** Handed over, but the answer was lost. */
  in_doubt: number;
  /**
   * Recipients who opened, as far as can be told: machines that open by themselves are left out, and a click is an open also
   * where images are blocked.
   */
  opened: number;
  /** Recipients who clicked, machines that follow every link left out. */
  clicked: number;
  /** Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
  open_base: number;
  /** Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
  click_base: number;
  /** Of the pending: who waits for one of the variants to win. */
  awaiting_winner: number;
  /** Recipients whose message was opened, by whomever: people or machines. */
  opened_all: number;
  /** Recipients a link of whose message was followed, by whomever. */
  clicked_all: number;
  /** How often people loaded the pixel. */
  opens: number;
  /** How often people or machines loaded the pixel. */
  opens_all: number;
  /** How often people followed a link. */
  clicks: number;
  /** How often people or machines followed a link. */
  clicks_all: number;
}

/** Shares between 0 and 1; null where there is nothing to take a share of. */
export class AnalyticsRates {
  /**
   * Accepted, of the audience.
   * @example 0.91
   */
  sent_rate: number | null;
  /**
   * Accepted, of those tried: sent or failed.
   * @example 0.98
   */
  delivered_rate: number | null;
  /**
   * Failed for good, of those tried: sent or failed.
   * @example 0.02
   */
  failure_rate: number | null;
  /**
   * Opened, of the sent whose messages count it (`open_base`); null where none does.
   * @example 0.4
   */
  open_rate: number | null;
  /**
   * Clicked, of the sent whose messages count it (`click_base`); null where none does.
   * @example 0.05
   */
  click_rate: number | null;
}

/** One run in a campaign's analytics. */
export class RunAnalytics extends AnalyticsCounts {
  /** @example 12 */
  run_id: number;
  scheduled_for: Date;
  status: RunStatus;
  reason: string | null;
  finished_at: Date | null;
  rates: AnalyticsRates;
}

/** How a campaign went, over all of its runs. */
export class CampaignAnalytics extends AnalyticsCounts {
  /** @example 1 */
  campaign_id: number;
  /** @example "Weekly Tech News" */
  campaign_name: string;
  status: CampaignStatus;
  /** Runs carried out or under way. */
  run_count: number;
  rates: AnalyticsRates;
  last_run_at: Date | null;
  next_run_at: Date | null;
  /** @example "Every Sunday at 10:00 UTC; next Sun 29 Nov 2026; 3 runs so far" */
  recurrence_message: string;
  /** The moment these numbers are true of while a run is going; otherwise when they last changed. */
  last_updated: Date;
}

/** How a campaign went, run by run. */
export class CampaignAnalyticsDetail extends CampaignAnalytics {
  /** The latest 100 runs, newest first. */
  runs: RunAnalytics[];
}
