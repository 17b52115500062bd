import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ToldReply, ToldReport } from '../domain/report.js';

/** A call to the inlet, as it came in. */
export interface InboundCall {
  /** The address that the provider called, as it knows it: with the host, and the query where there is one. */
  url: string;
  headers: Record<string, string | undefined>;
  /** Without parameters, in lower case. */
  mediaType: string;
  body: Buffer;
}

/** The account that a call claims to come from, in clear text. */
export interface InboundAccount {
  settings: Record<string, unknown>;
  secrets: Record<string, unknown>;
}

/** What a call that was verified says. Whatever of it is of no interest is in neither list. */
export interface Told {
  reports: ToldReport[];
  replies: ToldReply[];
  /** Events of a list that cannot be read, and are left out so that those beside them are kept; 0 unless given. */
  unreadable?: number;
}

/** The call does not come from the account's provider, or the account cannot tell: 401. */
export class Forged extends Error {}
/** It comes from the provider and still cannot be read, or nothing of it can: 400. */
export class Malformed extends Error {}

/** How a provider tells us things: who it is, and what it means. Pure but for what `ground` fetches. */
export interface InboundDialect {
  readonly mediaTypes: readonly string[];
  /** Throws Forged or Malformed. */
  read(call: InboundCall, account: InboundAccount, now: Date): Told | Promise<Told>;
  /** What is answered; an empty 200 unless given. `text` answers a text message, where the dialect can. */
  answer?(text: string | null): { type: string; body: string };
}

/** What its signers may be apart from us, in either direction. */
export const SKEW_MS = 5 * 60_000;

/** Throws Forged for a time that is no time, or is not now. */
export function requireNow(at: Date, now: Date, pastMs = SKEW_MS): void {
  const age = now.getTime() - at.getTime();
  if (!(age <= pastMs && age >= -SKEW_MS)) throw new Forged('it was not signed just now');
}

/** Compares in constant time; of texts of another length only that is told. */
export function isSame(one: string | Buffer, other: string | Buffer): boolean {
  const [left, right] = [Buffer.from(one as string), Buffer.from(other as string)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** An HMAC. */
export const macOf = (hash: 'sha1' | 'sha256', key: string | Buffer, text: string | Buffer): Buffer =>
  createHmac(hash, key).update(text).digest();

/** The text that an account has under a name. Throws Forged where it has none: then nobody can tell who calls. */
export function required(values: Record<string, unknown>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new Forged(`the account has no ${name}`);
  return value;
}

/** Anything that JSON can be, asked for without trust. */
export class Json {
  private constructor(private readonly value: unknown) {}

  /** Throws Malformed for what is no JSON. */
  static parse(text: string | Buffer): Json {
    try {
      return new Json(JSON.parse(text.toString()));
    } catch {
      throw new Malformed('the body is no JSON');
    }
  }

  /** The value under a path of names; of nothing where something in between is no object. */
  get(...path: string[]): Json {
    let value = this.value;
    for (const name of path)
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined;
    return new Json(value);
  }

  /** The text or number it is; null for anything else. */
  get text(): string | null {
    return typeof this.value === 'string' && this.value !== ''
      ? this.value
      : typeof this.value === 'number'
        ? String(this.value)
        : null;
  }

  /** Its items where it is a list, none otherwise. */
  get items(): Json[] {
    return Array.isArray(this.value) ? this.value.map((item) => new Json(item)) : [];
  }

  /** Its names and what is text of their values. */
  get fields(): Record<string, string> {
    const names = typeof this.value === 'object' && this.value !== null ? Object.keys(this.value) : [];
    return Object.fromEntries(
      names.flatMap((name) => (this.get(name).text === null ? [] : [[name, this.get(name).text!]])),
    );
  }

  get isTrue(): boolean {
    return this.value === true;
  }

  /** Throws Malformed where it is no text. */
  need(what: string): string {
    if (this.text === null) throw new Malformed(`it has no ${what}`);
    return this.text;
  }
}

/** What a table has under a name that others chose; undefined for what is not its own, such as `constructor`. */
export const ownOf = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** An instant as ISO 8601 or in seconds since 1970; `otherwise` for what is none. */
export function instantOf(text: string | null, otherwise: Date): Date {
  if (text === null) return otherwise;
  const at = new Date(/^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : text);
  // Years beyond those of PostgreSQL's and ours are nobody's.
  return at.getTime() >= 0 && at.getUTCFullYear() < 3000 ? at : otherwise;
}

/** The one who is told nothing new. */
export const NOTHING: Told = { reports: [], replies: [] };
