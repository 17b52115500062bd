import { ConfigModule } from '@nestjs/config';
import type { DynamicModule } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength, validateSync } from 'class-validator';
import { Cap, Flag, HttpUrl, QuietHours, RateLimit, Share, Whole, Words } from './config-checks.js';
import { AccessSettings } from './access-settings.js';
import { lookAtFiles } from './config-files.js';
import { EMAIL_OPTIONAL } from './email-settings.js';
import { keepSecretsOf } from './redaction.js';

/** What a process may do; a machine runs all of it unless told otherwise. */
export const ROLES = ['api', 'scheduler', 'sender'] as const;
export type Role = (typeof ROLES)[number];

/** The whole configuration, one field per environment variable; `.env.example` explains each to an operator. */
export class Config extends AccessSettings {
  @IsString()
  HOST = '127.0.0.1';

  @Whole(0, 65535)
  PORT = 3000;

  /** Where people and mail clients reach this installation; null means `http://HOST:PORT`. */
  @IsOptional()
  @Matches(/^https?:\/\/[^\s/]+/, { message: 'PUBLIC_URL must be an http or https URL' })
  PUBLIC_URL?: string;

  /** An own PostgreSQL (15 or newer); without it the embedded one runs in DATA_DIR. */
  @IsOptional()
  @Matches(/^postgres(?:ql)?:\/\/\S+$/, { message: 'DATABASE_URL must be a postgres:// URL' })
  DATABASE_URL?: string;

  @IsString()
  @MinLength(1)
  DATA_DIR = './.campanile';

  @Words()
  @IsIn(ROLES, { each: true, message: `ROLES must be a comma-separated list of ${ROLES.join(', ')}` })
  ROLES: Role[] = [...ROLES];

  /** Signs links and hides suppressed addresses; without it the first start makes one. It must never change. */
  @IsOptional()
  @MinLength(32, { message: 'SECRET_KEY must have at least 32 characters' })
  SECRET_KEY?: string;

  @Flag()
  SEED_DEMO = true;

  @IsOptional()
  @Matches(/^smtps?:\/\/\S+$/, { message: 'SMTP_URL must be an smtp:// or smtps:// URL' })
  SMTP_URL?: string;

  @Whole(1, 500)
  SMTP_CONNECTIONS = 10;

  /** Where each text message is posted to; without it they go to the sandbox. */
  @HttpUrl()
  SMS_HTTP_URL?: string;

  /** Liquid over `to`, `text`, `from` and `id`; a JSON object of these unless given. */
  @IsOptional()
  @IsString()
  SMS_HTTP_BODY?: string;

  /** A JSON object of header names and values. */
  @IsString()
  SMS_HTTP_HEADERS = '{}';

  /** Whether the provider honours `Idempotency-Key`. */
  @Flag()
  SMS_HTTP_IDEMPOTENT = false;

  @Whole(1, 500)
  SMS_HTTP_CONNECTIONS = 10;

  @IsString()
  SMS_FROM = '';

  /** A file of the networks of Apple's relays, as Apple publishes it; without it Apple is known by its user agent alone. */
  @IsOptional()
  @IsString()
  APPLE_RELAY_NETWORKS?: string;

  /** Whether our own calls may lead to loopback, private and link-local addresses. */
  @Flag()
  ALLOW_PRIVATE_NETWORKS = false;

  /** How long an endpoint of a webhook may take to answer. */
  @Whole(100, 30_000)
  WEBHOOK_TIMEOUT_MS = 10_000;

  @Share()
  SANDBOX_FAILURE_RATE = 0;

  @Whole(0)
  SANDBOX_LATENCY_MS = 0;

  /** At most so many messages in any such period, over all processes; empty for no limit. */
  @RateLimit()
  EMAIL_RATE_LIMIT = '';

  @RateLimit()
  SMS_RATE_LIMIT = '';

  @RateLimit()
  PUSH_RATE_LIMIT = '';

  /** How long a provider that keeps failing is left alone, the first time; then twice as long each time. */
  @Whole(1)
  BREAKER_MS = 30_000;

  /** A run is paused when this share of what it settled has failed; 1 never pauses. */
  @Share()
  BRAKE_FAILURE_RATE = 0.2;

  /** The same for hard bounces reported after sending. */
  @Share()
  BRAKE_BOUNCE_RATE = 0.05;

  /** The same for complaints. */
  @Share()
  BRAKE_COMPLAINT_RATE = 0.001;

  @Whole(1)
  RETRY_BASE_MS = 60_000;

  @Whole(1, 50)
  RETRY_MAX_ATTEMPTS = 6;

  /** At most so many messages to one contact in any such period, over all campaigns; empty or 0 for no cap. */
  @Cap()
  FREQUENCY_CAP_EMAIL = '';

  @Cap()
  FREQUENCY_CAP_SMS = '';

  @Cap()
  FREQUENCY_CAP_PUSH = '';

  /** When nothing is sent, by the recipient's clock; none unless given. */
  @QuietHours()
  QUIET_HOURS_EMAIL?: string;

  @QuietHours()
  QUIET_HOURS_SMS?: string;

  @QuietHours()
  QUIET_HOURS_PUSH?: string;

  @Whole(1, 500)
  BATCH_SIZE = 500;

  @Whole(1, 100)
  WINDOW_SIZE = 100;

  /** How many batches one process works on at a time, besides those of runs that would wait behind a slow one. */
  @Whole(1, 64)
  SENDER_LANES = 16;

  /** How many processes may send while one is at its limit; 0 for one a core, four at most. */
  @Whole(0, 64)
  SENDER_PROCESSES = 0;

  @Whole(1000)
  LEASE_MS = 30_000;

  @Whole(2)
  DATABASE_POOL = 12;

  /** An address that bounced so many times in a row, for the moment each, is suppressed; 0 never suppresses. */
  @Whole(0, 100)
  SOFT_BOUNCE_LIMIT = 3;

  /** But only once so many days have passed since the first of them. */
  @Whole(0, 365)
  SOFT_BOUNCE_DAYS = 7;

  /** What a text of HELP is answered, by providers that take an answer; nothing unless given. */
  @IsString()
  @MaxLength(640)
  SMS_HELP_TEXT = '';

  /** What ends text messages besides STOP and its like, with commas. */
  @IsString()
  @MaxLength(1_000)
  SMS_STOP_WORDS = '';

  /** The country of phone numbers without a country code; without it such numbers are refused. */
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'DEFAULT_COUNTRY must be two capital letters (ISO 3166), such as DE' })
  DEFAULT_COUNTRY?: string;

  @IsIn(['text', 'json'])
  LOG_FORMAT: 'text' | 'json' = 'text';
}

/** The environment does not describe a runnable system; `violations` holds every reason, one sentence each. */
export class ConfigError extends Error {
  constructor(readonly violations: string[]) {
    super(`The configuration is not valid:\n${violations.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/** What has no default, and so is no key of a new Config. */
const OPTIONAL = [
  'PUBLIC_URL',
  'DATABASE_URL',
  'ADMIN_API_KEY',
  'SECRET_KEY',
  'SMTP_URL',
  'SMS_HTTP_URL',
  'SMS_HTTP_BODY',
  'DEFAULT_COUNTRY',
  'APPLE_RELAY_NETWORKS',
].concat(
  EMAIL_OPTIONAL,
  ['EMAIL', 'SMS', 'PUSH'].map((channel) => `QUIET_HOURS_${channel}`),
);

/**
 * Parses and checks environment variables, and what `look` finds where they lead. Empty values count as absent. Throws
 * ConfigError naming all violations.
 */
export function parseConfig(environment: Record<string, unknown>, look: typeof lookAtFiles = () => []): Config {
  const known = Object.keys(new Config()).concat(OPTIONAL);
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => known.includes(name) && value !== '' && value !== undefined),
  );
  const config = plainToInstance(Config, given, { exposeDefaultValues: true });
  const errors = validateSync(config, { skipMissingProperties: false });
  const violations = [...errors.flatMap((error) => Object.values(error.constraints ?? {})), ...look(config)];
  if (violations.length > 0) throw new ConfigError(violations);
  return config;
}

/** Reads `.env` and the environment once, and makes the configuration injectable as `Config`. */
export async function loadConfig(): Promise<{ config: Config; module: DynamicModule }> {
  let config = new Config();
  const validate = (environment: Record<string, unknown>) => (config = parseConfig(environment, lookAtFiles));
  const module = await ConfigModule.forRoot({ isGlobal: true, validate });
  keepSecretsOf(config);
  return { config, module };
}
