import type { Config } from './config.js';

/** Where people and mail clients reach this installation, without a slash at the end. */
export function publicUrl({ PUBLIC_URL, HOST, PORT }: Config): string {
  return (PUBLIC_URL ?? `http://${HOST === '0.0.0.0' ? 'localhost' : HOST}:${PORT}`).replace(/\/+$/, '');
}

/** What stands before every path of this installation where it is not the only one at its host; empty where it is. */
export function publicPath(config: Config): string {
  return publicUrl(config).replace(/^https?:\/\/[^/]+/, '');
}
