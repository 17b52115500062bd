import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Hmac, hmacUnder } from './hmac.js';
import { SecretKey } from './secret-key.js';

/** 64 bits: each guess is a request to this server, and the link shall be short. */
const MAC_BYTES = 8;
/** One HMAC-SHA512 is long enough for the tokens of so many numbers. */
const NUMBERS_PER_MAC = 8;
/** Days are counted from here, to be short. */
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** A message of a run to one contact, and the day on which the run opened. */
export interface TrackedMessage {
  runId: number;
  contactId: number;
  openedAt: Date;
}

/** What a token says. */
export interface TrackingToken {
  runId: number;
  contactId: number;
  number: number;
  /** The day on which its run opened, from midnight UTC. */
  openedOn: Date;
}

/**
 * Tokens of one message for these numbers. Numbers in groups of eight share one HMAC, of which each has a part of its own,
 * so that a message of a few links costs one.
 */
export function trackingTokens(hmac: Hmac, message: TrackedMessage, numbers: readonly number[]): string[] {
  return tokens(hmac, aboutOf(message), numbers);
}

/** How long the token of a message for this number is: it takes more for what has been there longer. */
export function tokenLength(message: TrackedMessage, number: number): number {
  const bytes = [...aboutOf(message), number].map(varint).join('').length + MAC_BYTES;
  return Math.ceil((bytes * 4) / 3);
}

function aboutOf({ runId, contactId, openedAt }: TrackedMessage): number[] {
  const day = Math.max(0, Math.floor((openedAt.getTime() - FIRST_DAY) / DAY_MS));
  return [day, runId, contactId];
}

/** In strings of bytes throughout: of short ones a Buffer costs more than all the rest. */
function tokens(hmac: Hmac, about: readonly number[], numbers: readonly number[]): string[] {
  const head = about.map(varint).join('');
  const macs: string[] = [];
  return numbers.map((number) => {
    const group = Math.floor(number / NUMBERS_PER_MAC);
    macs[group] ??= hmac(head + varint(group));
    const start = (number % NUMBERS_PER_MAC) * MAC_BYTES;
    const bytes = head + varint(number) + macs[group].slice(start, start + MAC_BYTES);
    return Buffer.from(bytes, 'latin1').toString('base64url');
  });
}

/** What a token says that was made with this HMAC; null for anything else, another spelling of the same bytes included. */
export function readTrackingToken(hmac: Hmac, token: string): TrackingToken | null {
  const bytes = Buffer.from(token, 'base64url');
  const values = varints(bytes.subarray(0, Math.max(0, bytes.length - MAC_BYTES)));
  if (values?.length !== 4) return null;
  const [day, runId, contactId, number] = values as [number, number, number, number];
  const made = Buffer.from(tokens(hmac, [day, runId, contactId], [number])[0]!);
  const given = Buffer.from(token);
  if (made.length !== given.length || !timingSafeEqual(made, given)) return null;
  return { runId, contactId, number, openedOn: new Date(FIRST_DAY + day * DAY_MS) };
}

/** A whole number in as few bytes as it takes, seven bits in each. */
function varint(value: number): string {
  let bytes = '';
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes += String.fromCharCode((rest % 128) + 128);
  return bytes + String.fromCharCode(rest);
}

/** The whole numbers in some bytes; null where they are none. */
function varints(bytes: Buffer): number[] | null {
  const values: number[] = [];
  let value = 0;
  let unit = 1;
  for (const byte of bytes) {
    value += (byte % 128) * unit;
    unit *= 128;
    if (!Number.isSafeInteger(value)) return null;
    if (byte >= 128) continue;
    values.push(value);
    [value, unit] = [0, 1];
  }
  return unit === 1 ? values : null;
}

/** Makes and reads the tokens of pixels and counted links. */
@Injectable()
export class TrackingTokens {
  private hmac: Hmac | undefined;

  constructor(private readonly secret: SecretKey) {}

  /** The tokens of one message, in the order of the numbers. */
  of(message: TrackedMessage, numbers: readonly number[]): string[] {
    return trackingTokens(this.signing(), message, numbers);
  }

  /** What the token says; null where it is not ours. Whether it is too old its reader decides. */
  read(token: string): TrackingToken | null {
    return readTrackingToken(this.signing(), token);
  }

  /** Derived once: every message that is written and every hit asks for it. */
  private signing(): Hmac {
    return (this.hmac ??= hmacUnder(this.secret.for('token/tracking'), 'sha512'));
  }
}
