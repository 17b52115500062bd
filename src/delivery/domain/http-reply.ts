/** What a provider that speaks HTTP answered; header names are in lower case. */
export interface HttpAnswer {
  kind: 'answered';
  status: number;
  retryAfter: string | null;
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
  | ({ outcome: 'rejected' } & Answer)
  | ({
      outcome: 'deferred';
      scope: 'recipient' | 'provider' | 'account';
      retryAfterMs?: number;
      doubtful?: true;
    } & Answer)
  | ({ outcome: 'unknown' } & Answer);

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
 * message another try is safe and settles it (`doubtful` until then); without that it is `unknown`. `now` is for a Retry-After that is a date.
 * `own` judges what a provider says in words of its own; where it answers null the status decides.
 */
export function classifyHttpReply(
  reply: HttpReply,
  idempotent: boolean,
  now: Date,
  own: (answer: HttpAnswer) => OwnVerdict | null = () => null,
): HttpOutcome {
  if (reply.kind === 'answered') return judge(reply, idempotent, now, own(reply));
  const answer = { code: reply.code, response: wordsOf(reply.words) };
  if (reply.kind === 'not_sent')
    return { outcome: 'deferred', scope: OURS.includes(reply.code) ? 'account' : 'provider', ...answer };
  return idempotent
    ? { outcome: 'deferred', scope: 'provider', doubtful: true, ...answer }
    : { outcome: 'unknown', ...answer };
}

function judge(reply: HttpAnswer, idempotent: boolean, now: Date, own: OwnVerdict | null): HttpOutcome {
  const { status, body } = reply;
  const wait = retryAfterMs(reply.retryAfter, now);
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

/** Milliseconds from now, of a Retry-After in seconds or as a date (RFC 9110 §10.2.3); null where it is neither. */
export function retryAfterMs(value: string | null, now: Date): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const until = /GMT$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(until) ? null : Math.max(0, until - now.getTime());
}

/** The provider's own id of the message, where its answer is JSON and has one under a usual name; at most 200 characters. */
export function messageIdOf(body: string): string | null {
  const answer = jsonOf(body);
  for (const name of ['id', 'message_id', 'sid']) {
    const id = answer[name];
    if ((typeof id === 'string' && id !== '') || typeof id === 'number') return String(id).slice(0, 200);
  }
  return null;
}

/** The JSON object that a body is; an empty one where it is none. */
export function jsonOf(body: string): Record<string, unknown> {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const wordsOf = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500);
