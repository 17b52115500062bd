import type { Dispatcher } from 'undici';
import { retryAfterMs } from './retry-after.js';

/** How a call to somebody else's server ended. */
export type OutboundResult =
  /** `waitMs`: for how long its Retry-After asks to be left alone; null where it has none that is one. */
  | { kind: 'answered'; status: number; waitMs: number | null; headers: Record<string, string>; body: string }
  /** Surely nothing of it was taken: it did not leave. */
  | { kind: 'not_sent'; code: string; words: string }
  /** It left, and there was no answer, or only a part of one: it may or may not have been taken. */
  | { kind: 'no_answer'; code: string; words: string };

/** What is read of an answer; the rest is none of our business. */
const ANSWER_BYTES = 64 * 1024;

/** Why a call did not go through, by the code of its error; the first row that holds decides. */
const REASONS: readonly [RegExp, string][] = [
  [/^ENOTSTARTED$/, 'not_started'],
  [/^EPRIVATE$/, 'private_address'],
  [/^UND_ERR_(?:CLOSED|DESTROYED)$/, 'provider_closed'],
  [/TIMEOUT|ETIMEDOUT|ABORT/, 'http_timeout'],
  [/^(?:ENOTFOUND|EAI_\w+)$/, 'http_dns'],
  [/CERT|TLS|SSL|ALTNAME|SIGNATURE/, 'http_tls'],
];

/** Reads an answer that came now. Rejects where it breaks off; one that is too long is cut, for its status has been told. */
export async function readAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  now: Date,
): Promise<OutboundResult> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= ANSWER_BYTES) break;
  }
  // One that was given several times says nothing certain.
  const single = Object.entries(headers).filter(([, value]) => typeof value === 'string') as [string, string][];
  const told = Object.fromEntries(single);
  return {
    kind: 'answered',
    status: statusCode,
    waitMs: retryAfterMs(told['retry-after'], now),
    headers: told,
    body: Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString(),
  };
}

/** What a failed call means; `left` tells whether the first byte had gone. */
export function whyNot(error: Error & { code?: unknown; name: string }, left: boolean): OutboundResult {
  const name = typeof error.code === 'string' ? error.code : error.name;
  const reason = REASONS.find(([pattern]) => pattern.test(name.toUpperCase()))?.[1];
  const words = error.message || name;
  return left
    ? { kind: 'no_answer', code: reason ?? 'http_no_answer', words }
    : { kind: 'not_sent', code: reason ?? 'http_connect', words };
}
