import { createPrivateKey } from 'node:crypto';
import { dkimPem, type EmailSettings } from './email-settings.js';

/** What is wrong with the files that the configuration names, and with keys in it: one sentence each. */
export function lookAtFiles(config: EmailSettings): string[] {
  return [dkimFault(config)].filter((fault) => fault !== null);
}

/** Why nothing can be signed with that key, as a sentence; null where it can, or where nothing is signed. */
function dkimFault(settings: EmailSettings): string | null {
  try {
    const pem = dkimPem(settings);
    if (pem === null) return null;
    const kind = createPrivateKey(pem).asymmetricKeyType;
    return kind === 'rsa' || kind === 'ed25519' ? null : `DKIM_PRIVATE_KEY must be an RSA or Ed25519 key, not ${kind}`;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    return syscall === undefined
      ? 'DKIM_PRIVATE_KEY is no private key as PEM that can be read without a passphrase'
      : `DKIM_PRIVATE_KEY names a file that cannot be read (${code})`;
  }
}
