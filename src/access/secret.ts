import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: what cannot be guessed needs no slow hash. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** All that is kept of a secret. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
