import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Config } from '../../../platform/config.js';
import { dkimPem } from '../../../platform/email-settings.js';

const signInBackground = promisify(sign);

/** What is signed of a message's headers, where it is there; the others may be changed on the way. */
const SIGNED = new Set([
  ...['from', 'reply-to', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type'],
  ...['content-transfer-encoding', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'feedback-id'],
]);

export interface DkimOptions {
  domain: string;
  selector: string;
  /** A PEM: RSA, or Ed25519 (RFC 8463). */
  privateKey: string;
}

/**
 * Signs messages (RFC 6376, relaxed/relaxed). What is signed is what we wrote: headers once each, bodies that end with a
 * line break. Signing takes most of a millisecond and is done by other threads.
 */
export class DkimSigner {
  private readonly key: KeyObject;

  /** Throws where the key is none. */
  constructor(private readonly options: DkimOptions) {
    this.key = createPrivateKey(options.privateKey);
  }

  /** The header line, or lines, that go before all others. `head` ends with an empty line. */
  async sign(head: string, body: readonly Buffer[]): Promise<string> {
    const headers = headersOf(head).filter(({ name }) => SIGNED.has(name));
    const bodyHash = createHash('sha256')
      .update(relaxed(Buffer.concat(body).toString('latin1')), 'latin1')
      .digest('base64');
    const { domain, selector } = this.options;
    const edwards = this.key.asymmetricKeyType === 'ed25519';
    const unsigned =
      `DKIM-Signature: v=1; a=${edwards ? 'ed25519' : 'rsa'}-sha256; c=relaxed/relaxed; d=${domain};\r\n s=${selector};` +
      `\r\n h=${headers.map(({ name }) => name).join(':\r\n ')};\r\n bh=${bodyHash};\r\n b=`;
    const signed = [...headers, ...headersOf(unsigned)].map(({ name, value }) => `${name}:${value}`).join('\r\n');
    return `${unsigned}${folded((await this.signatureOf(signed, edwards)).toString('base64'))}\r\n`;
  }

  /** Ed25519 signs the digest, as RFC 8463 has it. */
  private signatureOf(text: string, edwards: boolean): Promise<Buffer> {
    const bytes = Buffer.from(text);
    return edwards
      ? signInBackground(null, createHash('sha256').update(bytes).digest(), this.key)
      : signInBackground('sha256', bytes, this.key);
  }
}

/** Headers in their relaxed form (RFC 6376 §3.4.2). */
function headersOf(head: string): { name: string; value: string }[] {
  const lines = head.replace(/\r\n(?=[ \t])/g, '').split('\r\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).replace(/[ \t]+/g, ' ');
      return { name: line.slice(0, colon).toLowerCase(), value: value.trim() };
    });
}

/** A body in its relaxed form (RFC 6376 §3.4.4): spaces are as good as one, and as none at the end of a line or of it all. */
function relaxed(body: string): string {
  const lines = body.replace(/[ \t]+(?=\r\n)/g, '').replace(/[ \t]+/g, ' ');
  let end = lines.length;
  while (end > 0 && lines.startsWith('\r\n', end - 2)) end -= 2;
  return end === 0 ? '' : `${lines.slice(0, end)}\r\n`;
}

const folded = (text: string): string => text.replace(/.{72}(?=.)/g, '$&\r\n ');

/** The signer that is configured, null for none. Throws where there is no such file, or it holds no key. */
export function signerOf(config: Config): DkimSigner | null {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector } = config;
  const privateKey = dkimPem(config);
  return domain && privateKey ? new DkimSigner({ domain, selector: selector!, privateKey }) : null;
}
