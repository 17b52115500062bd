import { type CampanileError, conflict, invalid } from '../platform/errors.js';
import type { CampaignAction, CampaignStatus, RunStatus } from './domain/campaign-status.js';

/** 409: the campaign's status does not allow the action. */
export function actionNotAllowed(action: CampaignAction, status: CampaignStatus): CampanileError {
  return conflict(
    `CANNOT_${action.toUpperCase()}`,
    `A campaign that is ${status} cannot be ${pastTense[action] ?? action}.`,
  );
}

const pastTense: Partial<Record<CampaignAction, string>> = {
  launch: 'launched',
  pause: 'paused',
  resume: 'resumed',
  cancel: 'cancelled',
  reschedule: 'rescheduled',
  edit: 'edited',
};

/** 409: a draft whose schedule has ended meanwhile cannot be launched. */
export function nothingLeftToRun(): CampanileError {
  return conflict('SCHEDULE_IS_OVER', 'No occurrence of this schedule is left; give the campaign another time first.');
}

/** 409: a campaign with a run under way cannot be deleted. */
export function campaignIsRunning(): CampanileError {
  return conflict('CAMPAIGN_IS_RUNNING', 'A run of this campaign is under way; cancel the campaign first.');
}

/** 409: an occurrence happens once; the campaign already has a run for this instant. */
export function occurrenceTaken(at: Date): CampanileError {
  return conflict(
    'OCCURRENCE_TAKEN',
    `This campaign already had its run for ${at.toISOString()}; choose another time.`,
  );
}

/** 409: a run that was cancelled or never carried out, or whose campaign is over, sends to nobody again. */
export function cannotRetry(run: RunStatus, campaign: CampaignStatus | 'deleted'): CampanileError {
  return conflict(
    'CANNOT_RETRY',
    `A run that is ${run} and belongs to a campaign that is ${campaign} cannot send to anybody again.`,
  );
}

/** 409: of a run whose ledger was dropped only the totals are left. */
export function ledgerDropped(runId: number, at: Date): CampanileError {
  return conflict(
    'LEDGER_DROPPED',
    `The ledger of run ${runId} was dropped on ${at.toISOString()}, as old as it was to be kept; its totals remain.`,
  );
}

/** 400: the campaign has no variant of that name. */
export function unknownVariant(name: string): CampanileError {
  return invalid('UNKNOWN_VARIANT', [{ pointer: '/variant', message: `this campaign has no variant "${name}"` }]);
}
