import type { Audience } from '../../audience/domain/audience.js';
import type { Channel } from '../../audience/domain/channel.js';
import type { LatePolicy } from './schedule.js';
import type { SendWindow } from './send-window.js';
import type { Variant } from './variants.js';

/** A run whose audience is being frozen: contacts up to `frozen_through` are in batches already. */
export interface UnfrozenRun {
  id: number;
  channel: Channel;
  /** With the rules as they were when it opened. */
  audience: Audience;
  scheduled_for: Date;
  /** When the first time zone is due, of a run at each recipient's own wall time; null where all are due at once. */
  zones_from: Date | null;
  /** The campaign's. */
  time_zone: string;
  late: LatePolicy;
  send_window: SendWindow | null;
  opened_at: Date;
  expires_at: Date;
  frozen_through: number;
  audience_through: number;
  /** The messages that are compared; null for none. */
  variants: Variant[] | null;
  /** In percent of the audience. */
  testShare: number;
  holdOut: number;
}

/** How far freezing came: ids up to `through` are in batches, and `frozen` says that those are all. */
export interface FrozenSlice {
  runId: number;
  through: number;
  frozen: boolean;
  provider: string;
  /** How many of the slice had no usable zone where one was asked for. */
  fallback: number;
  /** When the last of those is due on whom variants are tried out; null before all are frozen, and where nothing is. */
  testedAt: Date | null;
}

/** What the batches of a run add up to. */
export interface RunTotals {
  audience: number;
  pending: number;
  sent: number;
  failed: number;
  skipped: number;
  in_doubt: number;
}

/** By how much each count of a run moves when outcomes change after the fact; together nothing. */
export type CountShift = Pick<RunTotals, 'sent' | 'failed' | 'skipped' | 'in_doubt'>;
