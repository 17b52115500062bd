import type { Config } from '../platform/config.js';
import { publicUrl } from '../platform/public-url.js';
import type { RunLinks } from './run-writer.js';

/** Links of a message that was not sent to a contact: they look as they will, and change nothing for anybody. */
export function inertLinks(config: Config): RunLinks {
  const base = publicUrl(config);
  return {
    unsubscribe: () => `${base}/unsubscribe/preview`,
    preferences: () => `${base}/preferences/preview`,
    pushSubscribe: () => `${base}/push/subscribe/preview`,
    postalAddress: config.POSTAL_ADDRESS ?? null,
  };
}
