import { type CampanileError, conflict, invalid } from '../platform/errors.js';

/** 400: a request names segments that do not exist. `pointer` is where it names them. */
export function unknownSegments(names: string[], pointer: string): CampanileError {
  return invalid('UNKNOWN_SEGMENT', [
    { pointer, message: `there is no segment ${names.map((name) => `"${name}"`).join(', ')}` },
  ]);
}

/** 409: another contact or segment already has this value. */
export function alreadyTaken(noun: 'contact' | 'segment', what: string): CampanileError {
  return conflict(`${noun.toUpperCase()}_EXISTS`, `Another ${noun} already has this ${what}.`);
}

/** 409: a segment cannot go while campaigns that may still run aim at it. */
export function segmentInUse(name: string): CampanileError {
  return conflict(
    'SEGMENT_IN_USE',
    `The segment "${name}" is the target of at least one campaign; retarget or delete those campaigns first.`,
  );
}
