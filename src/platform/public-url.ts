import type { Config } from './config.js';

/** Where people and mail clients reach this installation, without a slash at the end. */
export function publicUrl({ PUBLIC_URL, HOST, PORT }: Config): string {
  return (PUBLIC_URL ?? `http://${HOST === '0.0.0.0' ? 'localhost' : HOST}:${PORT}`).replace(/\/+$/, '');
}
