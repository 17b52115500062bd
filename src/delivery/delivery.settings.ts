import { type Config, ConfigError } from '../platform/config.js';
import type { Channel } from '../audience/domain/channel.js';
import { type Limits, parseLimits } from './domain/rate-limit.js';
import { type FrequencyCap, parseCaps } from './domain/frequency-cap.js';
import type { RetryPolicy } from './domain/retry-policy.js';

/** No backoff is longer than this, however many tries went before. */
const RETRY_CAP_MS = 60 * 60_000;

const DAY_MS = 86_400_000;

/** How patiently recipients are tried, from the environment. */
export function retryPolicyOf(config: Config): RetryPolicy {
  return {
    baseMs: config.RETRY_BASE_MS,
    capMs: Math.max(RETRY_CAP_MS, config.RETRY_BASE_MS),
    maxAttempts: config.RETRY_MAX_ATTEMPTS,
  };
}

/**
 * How much a contact may get on each channel. Throws an Error for caps that cannot be read, and a ConfigError for those that look
 * further back than the ledger, which they count in, is kept.
 */
export function capsOf(config: Config): Record<Channel, FrequencyCap[]> {
  const { RETENTION_DAYS: kept } = config;
  const read = (name: string, text: string): FrequencyCap[] => {
    const caps = parseCaps(text);
    if (!caps) throw new Error(`${name} must look like 1/day, 3/week or 10/30 days: ${text}`);
    const days = Math.ceil(Math.max(0, ...caps.map(({ withinMs }) => withinMs)) / DAY_MS);
    if (kept > 0 && kept < days)
      throw new ConfigError([
        `RETENTION_DAYS must be 0 or at least ${days}: ${name} counts what was sent within ${text}`,
      ]);
    return caps;
  };
  return {
    email: read('FREQUENCY_CAP_EMAIL', config.FREQUENCY_CAP_EMAIL),
    sms: read('FREQUENCY_CAP_SMS', config.FREQUENCY_CAP_SMS),
    push: read('FREQUENCY_CAP_PUSH', config.FREQUENCY_CAP_PUSH),
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
