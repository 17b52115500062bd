/** Where a campaign stands. A recurring one is `pending` between its runs and `processing` while one is going. */
export const CAMPAIGN_STATUSES = [
  'draft',
  'pending',
  'processing',
  'paused',
  'completed',
  'cancelled',
  'failed',
] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** Where a run stands. `skipped` and `missed` are occurrences that were not carried out; they end where they begin. */
export const RUN_STATUSES = [
  'processing',
  'paused',
  'cancelling',
  'completed',
  'cancelled',
  'skipped',
  'missed',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What people and the engine do to a campaign. */
export type CampaignAction =
  | 'launch'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'reschedule'
  | 'edit'
  | 'open_run'
  | 'reopen_run'
  | 'finish_run'
  | 'end'
  | 'give_up';

/**
 * The life of a campaign as data: for each action, the statuses it may start from and where each leads. `resume` and
 * `finish_run` lead to `processing` instead of `pending` while a run is open; see `statusAfter`.
 */
export const CAMPAIGN_TRANSITIONS: Record<CampaignAction, Partial<Record<CampaignStatus, CampaignStatus>>> = {
  launch: { draft: 'pending', pending: 'pending' },
  pause: { pending: 'paused', processing: 'paused' },
  resume: { paused: 'pending' },
  cancel: {
    draft: 'cancelled',
    pending: 'cancelled',
    processing: 'cancelled',
    paused: 'cancelled',
    failed: 'cancelled',
  },
  reschedule: {
    draft: 'draft',
    pending: 'pending',
    processing: 'processing',
    paused: 'paused',
    completed: 'pending',
    failed: 'pending',
  },
  edit: { draft: 'draft', pending: 'pending', processing: 'processing', paused: 'paused' },
  open_run: { pending: 'processing', processing: 'processing' },
  reopen_run: { pending: 'processing', processing: 'processing', completed: 'processing', paused: 'paused' },
  finish_run: { processing: 'pending', paused: 'paused', cancelled: 'cancelled' },
  end: { pending: 'completed', processing: 'completed', paused: 'completed' },
  give_up: { pending: 'failed', processing: 'failed' },
};

/** The status an action leads to from another, or null where the action is not allowed. */
export function statusAfter(action: CampaignAction, from: CampaignStatus): CampaignStatus | null {
  return CAMPAIGN_TRANSITIONS[action][from] ?? null;
}
