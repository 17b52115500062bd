import { type Limits, PERIODS, parseLimits, type Period } from '../../delivery/domain/rate-limit.js';
import type { Channel } from '../../audience/domain/channel.js';
import { Config } from '../../platform/config.js';

/** What the account of the campaign may be asked for. */
interface Held {
  channel: Channel;
  limits: Limits;
}

const RATE_LIMITS = { email: 'EMAIL_RATE_LIMIT', sms: 'SMS_RATE_LIMIT', push: 'PUSH_RATE_LIMIT' } as const;

/**
 * The configuration to play under: of the real one how the engine works and what holds it back, nothing that leads
 * outside; the sandbox of the campaign's channel is asked for as much as its account may be. One lane, so that chance falls in one order; a lease that outlasts any stall of this machine, for time in there
 * stands still.
 */
export function playedConfig(config: Config, failureRate: number, { channel, limits }: Held): Config {
  const { BATCH_SIZE, WINDOW_SIZE, RETRY_BASE_MS, RETRY_MAX_ATTEMPTS, BREAKER_MS } = config;
  const { BRAKE_FAILURE_RATE, BRAKE_BOUNCE_RATE, BRAKE_COMPLAINT_RATE } = config;
  const { QUIET_HOURS_EMAIL, QUIET_HOURS_SMS, QUIET_HOURS_PUSH } = config;
  const { FREQUENCY_CAP_EMAIL, FREQUENCY_CAP_SMS, FREQUENCY_CAP_PUSH } = config;
  return Object.assign(new Config(), {
    ...{ BATCH_SIZE, WINDOW_SIZE, RETRY_BASE_MS, RETRY_MAX_ATTEMPTS, BREAKER_MS },
    ...{ BRAKE_FAILURE_RATE, BRAKE_BOUNCE_RATE, BRAKE_COMPLAINT_RATE },
    ...{ QUIET_HOURS_EMAIL, QUIET_HOURS_SMS, QUIET_HOURS_PUSH },
    ...{ FREQUENCY_CAP_EMAIL, FREQUENCY_CAP_SMS, FREQUENCY_CAP_PUSH },
    EMAIL_RATE_LIMIT: byMinutes(config.EMAIL_RATE_LIMIT),
    SMS_RATE_LIMIT: byMinutes(config.SMS_RATE_LIMIT),
    PUSH_RATE_LIMIT: byMinutes(config.PUSH_RATE_LIMIT),
    [RATE_LIMITS[channel]]: byMinutes(inWords(limits)),
    // By it the suppression list knows an address.
    SECRET_KEY: config.SECRET_KEY,
    // Neither scheduler nor sender: nothing moves but when it is told to.
    ROLES: ['api'],
    SENDER_LANES: 1,
    LEASE_MS: 3_600_000,
    DATABASE_POOL: 4,
    SANDBOX_FAILURE_RATE: failureRate,
    SANDBOX_LATENCY_MS: 0,
  });
}

const inWords = (limits: Limits): string =>
  Object.entries(limits)
    .map(([period, limit]) => `${limit}/${period}`)
    .join(', ');

/** The same limits with those of a second as sixty times as many a minute: time leaps from one grant to the next. */
export function byMinutes(text: string): string {
  const { second = Infinity, minute = Infinity, ...longer } = parseLimits(text) ?? {};
  const limits = { minute: Math.min(minute, (second * PERIODS.minute) / PERIODS.second), ...longer };
  const finite = (Object.keys(limits) as (Period & keyof typeof limits)[]).filter(
    (period) => limits[period]! < Infinity,
  );
  return finite.map((period) => `${limits[period]}/${period}`).join(', ');
}
