import { hasExtension, plainPhone } from './address.js';
import { CHANNELS, type Channel } from './channel.js';

/** Why an address is not written to any more. */
export const SUPPRESSION_REASONS = [
  'manual',
  'bounce',
  'soft_bounce',
  'complaint',
  'unsubscribe',
  'erasure',
  'import',
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Whether a person demanded it by what it did: a complaint, or its erasure. Nobody takes that back without saying why. */
export const isDemanded = (reason: SuppressionReason): boolean => reason === 'complaint' || reason === 'erasure';

/** What a suppression covers: one channel, or every channel of whoever has the address. */
export const SUPPRESSION_CHANNELS = ['all', ...CHANNELS] as const;
export type SuppressionChannel = (typeof SUPPRESSION_CHANNELS)[number];

/** What a device's token looks like: as long as they are, with a digit, and without what an address or a name is written with. */
const TOKEN = /^(?=.*\d)[\w:%=-]{16,}$/;

/** The channel that an address belongs to, by its looks; null where it looks like none. */
export function channelOf(address: string): Channel | null {
  const text = address.trim();
  if (/^\+?[\d\s().\-/]+$/.test(plainPhone(text)) || hasExtension(text)) return 'sms';
  if (/^https?:\/\/\S+$/i.test(text)) return 'push';
  if (text.includes('@')) return 'email';
  return TOKEN.test(text) ? 'push' : null;
}

/** The two blocks of HMAC-SHA256 (RFC 2104) with the key worked in: `sha256(outer ‖ sha256(inner ‖ message))`. */
export interface HashKey {
  inner: Buffer;
  outer: Buffer;
}

const BLOCK = 64;

/** A key of at most 64 bytes as the database needs it to hash by itself. */
export function hashKeyOf(key: Buffer): HashKey {
  const block = Buffer.alloc(BLOCK);
  key.copy(block);
  return { inner: block.map((byte) => byte ^ 0x36) as Buffer, outer: block.map((byte) => byte ^ 0x5c) as Buffer };
}
