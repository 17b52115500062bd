/** What a provider may report of a message that it took; `soft_bounced` is for the moment, `bounced` for good. */
export const REPORT_KINDS = ['delivered', 'opened', 'bounced', 'soft_bounced', 'complained', 'unsubscribed'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** One report, as its sender tells it. */
export interface ToldReport {
  /** Unique among what this account tells: the same again is no other report. */
  eventId: string;
  kind: ReportKind;
  at: Date;
  /** The delivery key or the Message-ID of what it is about; null where it names neither. */
  message: string | null;
  /** The words of the mail system; null for none. */
  words: string | null;
}

/** A text that somebody sent to us. */
export interface ToldReply {
  /** Unique among what this account tells. */
  eventId: string;
  /** As the provider writes it. */
  phone: string;
  text: string;
  at: Date;
}
