import { type HttpAnswer, type HttpReply, jsonOf } from './http-reply.js';

/**
 * What asking for an account came to, without sending. `refused` is about the account and waits for people; `unclear` is an
 * answer that says neither; `busy` and `unreachable` may pass.
 */
export interface AccountCheck {
  verdict: 'ok' | 'refused' | 'unclear' | 'busy' | 'unreachable';
  detail: string;
}

/** What an answer means in words of the provider's own; null where its status tells all. */
export type ReadProbe = (answer: HttpAnswer, json: Record<string, unknown>) => AccountCheck | null;

const MOST_WORDS = 200;

/** What the answer to a question that changes nothing says of an account. */
export function checkOf(reply: HttpReply, read: ReadProbe = () => null): AccountCheck {
  if (reply.kind !== 'answered') return { verdict: 'unreachable', detail: `${reply.code}: ${reply.words}` };
  const own = read(reply, jsonOf(reply.body));
  if (own) return own;
  const { status, body } = reply;
  if (status >= 200 && status < 300) return { verdict: 'ok', detail: 'it knows the account' };
  const detail = `it answers ${status}: ${body.replace(/\s+/g, ' ').slice(0, MOST_WORDS)}`;
  if (status === 408 || status === 429 || status >= 500) return { verdict: 'busy', detail };
  return { verdict: 'refused', detail };
}
