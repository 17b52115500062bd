import type { Config } from '../platform/config.js';
import type { Channel } from '../audience/domain/channel.js';
import { type Limits, parseLimits } from './domain/rate-limit.js';
import type { RetryPolicy } from './domain/retry-policy.js';

/** No backoff is longer than this, however many tries went before. */
const RETRY_CAP_MS = 60 * 60_000;

/** How patiently recipients are tried, from the environment. */
export function retryPolicyOf(config: Config): RetryPolicy {
  return {
    baseMs: config.RETRY_BASE_MS,
    capMs: Math.max(RETRY_CAP_MS, config.RETRY_BASE_MS),
    maxAttempts: config.RETRY_MAX_ATTEMPTS,
  };
}

/** What each channel's provider may be asked for. Throws an Error for a limit that says two things of one period. */
export function limitsOf(config: Config): Partial<Record<Channel, Limits>> {
  const given = { email: config.EMAIL_RATE_LIMIT, sms: config.SMS_RATE_LIMIT, push: config.PUSH_RATE_LIMIT };
  return Object.fromEntries(
    Object.entries(given).flatMap(([channel, text]) => {
      if (text === '') return [];
      const limits = parseLimits(text);
      if (!limits)
        throw new Error(`${channel.toUpperCase()}_RATE_LIMIT names a period twice or forbids everything: ${text}`);
      return [[channel, limits]];
    }),
  );
}
