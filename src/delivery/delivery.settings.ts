import type { Config } from '../platform/config.js';
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
