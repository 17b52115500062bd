import type { ToldHarm } from './told-harm.js';

/** What a provider that speaks HTTP answered; header names are in lower case. */
export interface HttpAnswer {
  kind: 'answered';
  status: number;
  /** For how long it asks to be left alone, in milliseconds; null where it does not say. */
  waitMs: number | null;
  headers?: Readonly<Record<string, string>>;
  body: string;
}

/** How it ended a try, as the outbound client saw it. */
export type HttpReply = HttpAnswer | { kind: 'not_sent' | 'no_answer'; code: string; words: string };

interface Answer {
  code: string;
  response: string;
}

/** What a try means for the recipient: a provider's SendResult. */
export type HttpOutcome =
  | { outcome: 'sent'; providerMessageId: string | null }
  | ({ outcome: 'rejected'; harm?: ToldHarm } & Answer)
  | ({
      outcome: 'deferred';
      scope: 'recipient' | 'provider' | 'account';
      retryAfterMs?: number;
      doubtful?: true;
    } & Answer)
  | ({ outcome: 'unknown'; scope?: 'recipient' } & Answer);

/**
 * `again`: it may have been taken, and a try with the same key finds out. Without keys that are honoured nobody can know.
 */
export type HttpVerdict = 'sent' | 'rejected' | 'provider' | 'account' | 'again' | 'unknown';

/** What a provider says in words of its own: the code is its own, too, after `http_<status>_`. */
export interface OwnVerdict {
  verdict: HttpVerdict;
  code?: string;
  /** The provider's id of a message that was sent. */
  messageId?: string | null;
  /** What it tells of the address of a message that is rejected. */
  harm?: ToldHarm;
}

interface StatusRow {
  from: number;
  to?: number;
  /** Only where the answer says when to come back. */
  retryAfter?: true;
  verdict: HttpVerdict;
}

/** The first row that holds decides. A redirect is not followed: whoever moved must be configured anew. */
const STATUS_ROWS: readonly StatusRow[] = [
  { from: 200, to: 299, verdict: 'sent' },
  { from: 300, to: 399, verdict: 'account' },
  // No credit, no right, nothing at this URL, another method or form wanted: nothing that a recipient could help.
  { from: 401, to: 405, verdict: 'account' },
  { from: 407, verdict: 'account' },
  { from: 408, verdict: 'provider' },
  { from: 410, verdict: 'account' },
  { from: 415, verdict: 'account' },
  { from: 425, verdict: 'provider' },
  { from: 429, verdict: 'provider' },
  { from: 400, to: 499, verdict: 'rejected' },
  { from: 503, retryAfter: true, verdict: 'provider' },
  { from: 500, to: 599, verdict: 'again' },
];

/** A server that says "slower" and not for how long is left alone for so long, by everybody. */
const THROTTLE_MS = 10_000;

/** Codes of requests that did not leave for a reason of ours, which only people can mend. */
const OURS = ['private_address'];

/**
 * Tells what a try means. `idempotent`: the provider recognises a repeat by its key, so that where it may have taken the
 * message another try is safe and settles it (`doubtful` until then); without that it is `unknown`.
 * `own` judges what a provider says in words of its own; where it answers null the status decides.
 */
export function classifyHttpReply(
  reply: HttpReply,
  idempotent: boolean,
  own: (answer: HttpAnswer) => OwnVerdict | null = () => null,
): HttpOutcome {
  if (reply.kind === 'answered') return judge(reply, idempotent, own(reply));
  const answer = { code: reply.code, response: wordsOf(reply.words) };
  if (reply.kind === 'not_sent')
    return { outcome: 'deferred', scope: OURS.includes(reply.code) ? 'account' : 'provider', ...answer };
  return idempotent
    ? { outcome: 'deferred', scope: 'provider', doubtful: true, ...answer }
    : { outcome: 'unknown', ...answer };
}

function judge(reply: HttpAnswer, idempotent: boolean, own: OwnVerdict | null): HttpOutcome {
  const { status, body, waitMs: wait } = reply;
  const code = `http_${status}${own?.code ? `_${own.code}` : ''}`.toLowerCase().replace(/[^a-z0-9_]+/g, '_');
  const answer = { code: code.slice(0, 80), response: wordsOf(body) };
  // The first try with this key is still under way over there.
  if (!own && status === 409 && idempotent)
    return { outcome: 'deferred', scope: 'recipient', doubtful: true, ...answer };
  const verdict = own?.verdict ?? STATUS_ROWS.find((row) => holds(row, status, wait))?.verdict ?? 'again';
  switch (verdict) {
    case 'sent':
      return { outcome: 'sent', providerMessageId: own?.messageId?.slice(0, 200) ?? messageIdOf(body) };
    case 'rejected':
      return own?.harm ? { outcome: verdict, ...answer, harm: own.harm } : { outcome: verdict, ...answer };
    case 'unknown':
      return { outcome: verdict, ...answer };
    case 'again':
      if (!idempotent) return { outcome: 'unknown', ...answer };
      // A server that fails may fail over this very message; one behind a gateway fails for all.
      return { outcome: 'deferred', scope: status === 500 ? 'recipient' : 'provider', doubtful: true, ...answer };
    case 'provider':
      return { outcome: 'deferred', scope: verdict, retryAfterMs: wait ?? THROTTLE_MS, ...answer };
    case 'account':
      return { outcome: 'deferred', scope: verdict, ...answer };
  }
}

const holds = ({ from, to = from, retryAfter }: StatusRow, status: number, wait: number | null): boolean =>
  status >= from && status <= to && (!retryAfter || wait !== null);

/**
 * The provider's own id of the message, where its answer is JSON and has one under a usual name; at most 200 characters. A
 * number is kept digit by digit, also beyond what is exact here.
 */
export function messageIdOf(body: string): string | null {
  const answer = jsonOf(body, inOwnWords);
  for (const name of ['id', 'message_id', 'sid']) {
    const id = answer[name];
    if ((typeof id === 'string' && id !== '') || Number.isFinite(id)) return String(id).slice(0, 200);
  }
  return null;
}

/** What `JSON.parse` tells of a value, also how it was written; the types do not know that yet, nor does Node 20. */
type Reviver = (name: string, value: unknown, context?: { source?: string }) => unknown;

const inOwnWords: Reviver = (_, value, context) =>
  Number.isFinite(value) && !Number.isSafeInteger(value) ? context?.source : value;

/** The JSON object that a body is, its values as `reviver` has them; an empty one where it is none. */
export function jsonOf(body: string, reviver?: Reviver): Record<string, unknown> {
  try {
    const answer: unknown = JSON.parse(body, reviver as Parameters<typeof JSON.parse>[1]);
    return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const wordsOf = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500);
