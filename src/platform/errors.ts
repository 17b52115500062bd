/** What went wrong, in terms a caller can act on; the problem filter alone knows the HTTP status of each kind. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'too_many'
  | 'too_large'
  | 'unsupported'
  | 'unavailable';

/** One wrong field of a request: `pointer` is a JSON pointer into the body, e.g. `/interval`. */
export interface FieldError {
  pointer: string;
  message: string;
  /** Stable, for programs; where what is wrong is more than a wrong value. */
  code?: string;
}

/** So many wrong fields are named at most: whoever sends more has not begun to read them, and each costs an answer its bytes. */
export const MOST_NAMED = 50;

/** An expected failure with a stable code. Everything else that is thrown is a bug or an outage. */
export class CampanileError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly errors: FieldError[] = [],
  ) {
    super(message);
  }
}

/** Too much was asked for: 429, and when to ask again. */
export class TooMany extends CampanileError {
  constructor(
    code: string,
    readonly retryAfterS: number,
    why = 'Too many requests',
  ) {
    super('too_many', code, `${why}: try again in ${retryAfterS} s.`);
  }
}

/** A request whose fields are wrong: 400 with one entry per field. */
export function invalid(code: string, errors: FieldError[]): CampanileError {
  return new CampanileError('invalid', code, errors.map((error) => error.message).join('; '), errors);
}

/** The named thing does not exist: 404, e.g. `notFound('campaign', 7)`. */
export function notFound(noun: string, id: number | string): CampanileError {
  return new CampanileError('not_found', `${noun.toUpperCase()}_NOT_FOUND`, `There is no ${noun} ${id}.`);
}

/** The body is of a type that is not taken here: 415. */
export function unsupportedType(types: readonly string[]): CampanileError {
  return new CampanileError('unsupported', 'UNSUPPORTED_MEDIA_TYPE', `Send the body as ${types.join(' or ')}.`);
}

/** The thing exists but its state forbids the request: 409. */
export function conflict(code: string, message: string): CampanileError {
  return new CampanileError('conflict', code, message);
}
