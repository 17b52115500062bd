import { IsOptional, Matches, MinLength } from 'class-validator';
import { Proxies, Whole, Words } from './config-checks.js';
import { MetricsSettings } from './metrics-settings.js';

/** Who may call, and how often: part of `Config`. */
export class AccessSettings extends MetricsSettings {
  /** Presets the first API key; without it the first start makes one and prints it. */
  @IsOptional()
  @MinLength(24, { message: 'ADMIN_API_KEY must have at least 24 characters' })
  ADMIN_API_KEY?: string;

  /** The first user, whom the first start prints a link for. */
  @Matches(/^[^\s@]+@[^\s@]+$/, { message: 'ADMIN_EMAIL must be an email address' })
  ADMIN_EMAIL = 'admin@localhost';

  /** How dear it is to try a password: scrypt with N = 2 to the power of this. */
  @Whole(12, 20)
  PASSWORD_COST = 15;

  /** How many requests a key or a user may send to one process in a minute; 0 for any number. */
  @Whole(0)
  API_REQUESTS_PER_MINUTE = 12_000;

  /** How many requests without a good key may come from one address in a minute; 0 for any number. */
  @Whole(0)
  REFUSED_REQUESTS_PER_MINUTE = 1_200;

  /** The proxies that are believed whose request they pass on: addresses, networks, `loopback`, `uniquelocal`. */
  @Words()
  @Proxies()
  TRUSTED_PROXIES: string[] = [];
}
