import { type CampanileError, conflict, invalid } from '../platform/errors.js';

/** 409: the whole audience of the run takes part in the test, or there is none. */
export function nobodyWaits(runId: number): CampanileError {
  return conflict('NOBODY_WAITS', `Nobody in run ${runId} waits for a winner.`);
}

/** 409: a winner is decided once. */
export function winnerDecided(name: string): CampanileError {
  return conflict('WINNER_DECIDED', `The winner is decided: "${name}".`);
}

/** 409: who waited has been skipped, or is about to be. */
export function tooLateToDecide(runId: number): CampanileError {
  return conflict('TOO_LATE_TO_DECIDE', `Run ${runId} is over, or about to be: nobody waits for a winner any more.`);
}

/** 400: not one of the run's variants. */
export function noSuchVariant(name: string): CampanileError {
  return invalid('INVALID_WINNER', [{ pointer: '/variant', message: `there is no variant "${name}" in this run` }]);
}

/** 409: the run sends everybody the same. */
export function noVariants(runId: number): CampanileError {
  return conflict('NO_VARIANTS', `Run ${runId} has no variants.`);
}
