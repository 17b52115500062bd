/** Recurrence units, as in the native PostgreSQL enum `frequency`. */
export const FREQUENCIES = ['secondly', 'minutely', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** Weekday names as the API spells them, Monday first (ISO 8601). */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What happens to occurrences that passed while nothing could open them. */
export const MISFIRE_POLICIES = ['run_latest', 'skip', 'run_all'] as const;
export type MisfirePolicy = (typeof MISFIRE_POLICIES)[number];

/** What happens when an occurrence is due while an earlier run is still going. */
export const OVERLAP_POLICIES = ['skip', 'queue', 'allow'] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** What happens to recipients whose answer was lost with the process that sent to them. */
export const DOUBT_POLICIES = ['hold', 'resend'] as const;
export type DoubtPolicy = (typeof DOUBT_POLICIES)[number];

/** What happens to recipients at whose place the wall time is past already when their run opens. */
export const LATE_POLICIES = ['send_now', 'skip'] as const;
export type LatePolicy = (typeof LATE_POLICIES)[number];

/** A wall-clock time without a zone: `2026-02-01T10:00:00`, always with seconds, optionally `.sss`. */
export type WallTime = string;

/**
 * When a recurring campaign is due. Calendar frequencies (daily and longer) recur on `anchorLocal` in `timeZone`;
 * hourly and shorter recur on elapsed time from `anchorAt`; `cron` replaces frequency, interval and weekdays.
 */
export interface Schedule {
  /** The anchor as an instant; the first occurrence of a rule without weekdays or cron. */
  anchorAt: Date;
  /** The anchor as wall time in `timeZone`; keeps 02:30 even where the first day has no 02:30. */
  anchorLocal: WallTime;
  /** IANA name. */
  timeZone: string;
  frequency: Frequency | null;
  /** ≥ 1. */
  interval: number;
  /** Weekly only: which days of each interval-th week (weeks start on Monday); null means the anchor's own day. */
  weekdays: Weekday[] | null;
  cron: string | null;
  /** Inclusive last instant; null for no end. */
  until: Date | null;
}

/** One due instant. `note` says why DST or a month end moved it away from the plain rule; null when nothing did. */
export interface Occurrence {
  at: Date;
  /** Wall time in the schedule's zone at `at`. */
  local: WallTime;
  note: string | null;
}
