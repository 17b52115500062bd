import { CampanileError, conflict, invalid, TooMany } from '../platform/errors.js';

/** 400: a request names segments that do not exist. `pointer` is where it names them. */
export function unknownSegments(names: string[], pointer: string): CampanileError {
  return invalid('UNKNOWN_SEGMENT', [
    { pointer, message: `there is no segment ${names.map((name) => `"${name}"`).join(', ')}` },
  ]);
}

/** 400: contacts are put into segments that do not exist, or have a rule that says who is in them. */
export function noStaticSegments(names: string[], pointer: string): CampanileError {
  const which = names.map((name) => `"${name}"`).join(', ');
  const message = `there is no segment ${which} that contacts are put into; who is in one by rule, its rule says`;
  return invalid('UNKNOWN_SEGMENT', [{ pointer, message }]);
}

/** 409: another contact or segment already has this value. `places`: where the request has values that are another's. */
export function alreadyTaken(
  noun: 'contact' | 'segment',
  what: string,
  places: { pointer: string; name: string }[] = [{ pointer: `/${what}`, name: what }],
): CampanileError {
  return new CampanileError(
    'conflict',
    `${noun.toUpperCase()}_EXISTS`,
    `Another ${noun} already has this ${what}.`,
    places.map(({ pointer, name }) => ({ pointer, message: `another ${noun} already has this ${name}` })),
  );
}

/** 409: a segment cannot go while campaigns that may still run aim at it, or rules ask for it. */
export function segmentInUse(name: string): CampanileError {
  return conflict(
    'SEGMENT_IN_USE',
    `At least one campaign, or the rule of another segment, names the segment "${name}"; change or delete those first.`,
  );
}

/** 409: contacts are put into a static segment; a rule cannot take over. */
export function notByRule(name: string): CampanileError {
  return conflict(
    'SEGMENT_NOT_BY_RULE',
    `The segment "${name}" is static: contacts are put into it, and it has no rule.`,
  );
}

/** 429: nobody's mailbox is filled with questions by who types its address into a form again and again. */
export const askedLately = (retryAfterS: number): TooMany =>
  new TooMany('OPT_IN_ASKED', retryAfterS, 'This address was asked to confirm less than an hour ago');
