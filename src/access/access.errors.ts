import { CampanileError, conflict } from '../platform/errors.js';
import { withoutPort } from '../platform/network-of.js';

/** Nobody could administer the installation any more: 409. */
export const lastAdmin = (): CampanileError =>
  conflict(
    'LAST_ADMIN',
    'This is the last key without an end and from anywhere, or user with a password, that may do everything: make another first.',
  );

/** Another secret would be no good either: 409. */
export const keyExpired = (end: Date): CampanileError =>
  conflict('KEY_EXPIRED', `This key ended at ${end.toISOString()}, and so would another secret of it: make a new key.`);

/** A key was used from where it is not to be: 403. */
export const networkRefused = (address: string): CampanileError =>
  new CampanileError(
    'forbidden',
    'NETWORK_REFUSED',
    `This request comes from ${withoutPort(address)}, and its API key may not be used from there.`,
  );

/** Something only a signed-in person has was asked for with an API key: 409. */
export const notAUser = (): CampanileError =>
  conflict('NOT_A_USER', 'This request came with an API key; a password belongs to a user who is signed in.');

/** Address or password is wrong; which one is not said: 401. */
export const wrongPassword = (): CampanileError =>
  new CampanileError('unauthenticated', 'WRONG_PASSWORD', 'The address or the password is wrong.');

/** A link that was used, is too old, or never was: 401. */
export const deadLink = (): CampanileError =>
  new CampanileError('unauthenticated', 'LINK_NOT_VALID', 'This link was used already, or it is too old.');
