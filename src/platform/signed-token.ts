import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { Config } from './config.js';
import { publicUrl } from './public-url.js';
import { Seal } from './sealed-token.js';
import { SecretKey } from './secret-key.js';

/** 128 bits: out of reach for guessing, and short enough for a link in a text message. */
const MAC_BYTES = 16;

/** What a link may be used for, and the page it leads to; a token made for one purpose is none for another. */
export type TokenPurpose = 'preferences' | 'opt-in' | 'unsubscribe' | 'push/subscribe';

/**
 * A token that says `words` and can be made only with this key. The words stand in it in clear; they are ASCII
 * without a full stop. It is no good from `expiresAt` on; null means never.
 */
export function signToken(key: Buffer | KeyObject, words: readonly string[], expiresAt: Date | null): string {
  const expiry = expiresAt ? Math.ceil(expiresAt.getTime() / 1000).toString(36) : '';
  const text = [expiry, ...words].join('.');
  const mac = createHmac('sha256', key).update(text).digest('binary').slice(0, MAC_BYTES);
  return Buffer.from(mac + text, 'latin1').toString('base64url');
}

/** The words of a token that was made with this key and has not expired; null for anything else. */
export function readToken(key: Buffer | KeyObject, token: string, now: Date): string[] | null {
  const bytes = Buffer.from(token, 'base64url');
  // Base64 has several spellings of the same bytes; ours is the only one that counts.
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== token) return null;
  const text = bytes.subarray(MAC_BYTES).toString();
  if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(key, text))) return null;
  const [expiry, ...words] = text.split('.');
  if (expiry && Number.parseInt(expiry, 36) * 1000 <= now.getTime()) return null;
  return words;
}

const macOf = (key: Buffer | KeyObject, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest().subarray(0, MAC_BYTES);

/** Makes and reads the tokens of links that people follow without logging in. */
@Injectable()
export class SignedTokens {
  /** Derived once: a run signs a link for each recipient. */
  private readonly keys = new Map<TokenPurpose, KeyObject>();
  private readonly seals = new Map<TokenPurpose, Seal>();
  private readonly base: string;

  constructor(
    private readonly secret: SecretKey,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.base = publicUrl(config);
  }

  /** A link that says these words, good for so many milliseconds from now; null for ever. */
  link(purpose: TokenPurpose, words: readonly string[], lastsMs: number | null): string {
    const expiresAt = lastsMs === null ? null : new Date(this.clock.now().getTime() + lastsMs);
    return `${this.base}/${purpose}/${signToken(this.keyFor(purpose), words, expiresAt)}`;
  }

  /** What the token says; null where it is not ours, not for this purpose, or no longer good. */
  read(purpose: TokenPurpose, token: string): string[] | null {
    return readToken(this.keyFor(purpose), token, this.clock.now());
  }

  /** A link whose words nobody else can read, good for ever; only the last of them may have a full stop. */
  sealedLink(purpose: TokenPurpose, words: readonly string[]): string {
    return `${this.base}/${purpose}/${this.sealFor(purpose).seal(words)}`;
  }

  /** What such a link says, in as many words as were sealed; null where it is not ours or not for this purpose. */
  open(purpose: TokenPurpose, token: string, count: number): string[] | null {
    return this.sealFor(purpose).open(token, count);
  }

  private keyFor(purpose: TokenPurpose): KeyObject {
    let key = this.keys.get(purpose);
    if (!key) this.keys.set(purpose, (key = createSecretKey(this.secret.for(`token/${purpose}`))));
    return key;
  }

  private sealFor(purpose: TokenPurpose): Seal {
    let seal = this.seals.get(purpose);
    if (!seal) {
      const keyOf = (use: string) => this.secret.for(`sealed token/${purpose}/${use}`);
      this.seals.set(purpose, (seal = new Seal({ mac: keyOf('mac'), cipher: keyOf('cipher') })));
    }
    return seal;
  }
}
