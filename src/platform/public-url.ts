import { isIPv6 } from 'node:net';
import type { Config } from './config.js';

/** What listens on every address of this machine is reached at this one, among others. */
const EVERYWHERE = ['0.0.0.0', '::'];

/** Where people and mail clients reach this installation, without a slash at the end. */
export function publicUrl({ PUBLIC_URL, HOST, PORT }: Config): string {
  const host = EVERYWHERE.includes(HOST) ? 'localhost' : isIPv6(HOST) ? `[${HOST}]` : HOST;
  return (PUBLIC_URL ?? `http://${host}:${PORT}`).replace(/\/+$/, '');
}

/** Half a year, as browsers ask of those they take seriously. */
export const HSTS_SECONDS = 15_768_000;

/** Whether people reach this installation by https alone. */
export function isReachedSafely(config: Config): boolean {
  return publicUrl(config).startsWith('https:');
}

/** What stands before every path of this installation where it is not the only one at its host; empty where it is. */
export function publicPath(config: Config): string {
  return publicUrl(config).replace(/^https?:\/\/[^/]+/, '');
}
