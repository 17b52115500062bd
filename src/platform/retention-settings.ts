import { Whole } from './config-checks.js';

/** How long what is kept is kept, in days: part of `Config`. */
export class RetentionSettings {
  /** How long the ledger of a finished run is kept; 0 for ever. */
  @Whole(0, 36_500)
  RETENTION_DAYS = 0;

  /** How long the links and pixels of a message are good, from the day its run opened. */
  @Whole(1, 36_500)
  TRACKING_LINKS_DAYS = 730;

  /** How long the consent history of deleted contacts is kept; 0 for ever. */
  @Whole(0, 36_500)
  CONSENT_RETENTION_DAYS = 0;

  /** How long the refused rows of an import can be looked at, from its end; 0 for ever. */
  @Whole(0, 36_500)
  REJECTION_RETENTION_DAYS = 30;

  /** How long what providers reported, and what people texted back, is kept, from when it came; 0 for ever. */
  @Whole(0, 36_500)
  REPORT_RETENTION_DAYS = 90;

  /** How long what webhooks were told is kept, and tried, from when it happened. */
  @Whole(1, 36_500)
  WEBHOOK_RETENTION_DAYS = 30;
}
