import { isIPv6 } from 'node:net';
import type { Config } from './config.js';

/** What listens on every address of this machine is reached at this one, among others. */
const EVERYWHERE = ['0.0.0.0', '::'];

/** Where people and mail clients reach this installation, without a slash at the end. */
export function publicUrl({ PUBLIC_URL, HOST, PORT }: Config): string {
  const host = EVERYWHERE.includes(HOST) ? 'localhost' : isIPv6(HOST) ? `[${HOST}]` : HOST;
  return (PUBLIC_URL ?? `http://${host}:${PORT}`).replace(/\/+$/, '');
}

/** What stands before every path of this installation where it is not the only one at its host; empty where it is. */
export function publicPath(config: Config): string {
  return publicUrl(config).replace(/^https?:\/\/[^/]+/, '');
}
