import type { Channel } from '../../audience/domain/channel.js';

/** A run whose audience is being frozen: contacts up to `frozen_through` are in batches already. */
export interface UnfrozenRun {
  id: number;
  channel: Channel;
  target_segment_id: number | null;
  scheduled_for: Date;
  frozen_through: number;
  audience_through: number;
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
