import { type CampanileError, conflict, invalid } from '../platform/errors.js';

/** 400: a field of an account is not what its kind, its channel or the other accounts allow. */
export function invalidProvider(pointer: string, message: string): CampanileError {
  return invalid('INVALID_PROVIDER', [{ pointer, message }]);
}

/** 409: names are unique over all channels. */
export function providerExists(name: string): CampanileError {
  return conflict('PROVIDER_EXISTS', `Another provider is called "${name}".`);
}

/** 409: an account cannot go while something is to be sent through it. */
export function providerInUse(name: string): CampanileError {
  return conflict(
    'PROVIDER_IN_USE',
    `A campaign names "${name}", a run that has not ended goes through it, or it is the fallback of another; change or end those first.`,
  );
}
