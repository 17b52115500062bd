import type { Config } from './config.js';
import { HSTS_SECONDS, isReachedSafely } from './public-url.js';

/** What an answer says that no route gives, in JSON or text: nothing of it is kept, guessed, framed, run or referred to. */
export const BARE_HEADERS: Record<string, string> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The same, where it is the application that answers: also that it is reached by https alone, where it is. */
export function bareHeaders(config: Config): Record<string, string> {
  if (!isReachedSafely(config)) return BARE_HEADERS;
  return { ...BARE_HEADERS, 'strict-transport-security': `max-age=${HSTS_SECONDS}` };
}
