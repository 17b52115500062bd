import type { Config } from './config.js';

const HERE = ['localhost', '127.0.0.1', '[::1]'];

/** Whether email leaves this machine: neither the sandbox takes it, nor a server that listens here, as mail catchers do. */
export function mailLeaves({ SMTP_URL }: Pick<Config, 'SMTP_URL'>): boolean {
  return SMTP_URL !== undefined && !HERE.includes(new URL(SMTP_URL).hostname);
}

/** Whether recipients can reach what messages lead back to; not by an address of this machine once email leaves it. */
export const leadsBack = (config: Pick<Config, 'SMTP_URL' | 'PUBLIC_URL'>): boolean =>
  config.PUBLIC_URL !== undefined || !mailLeaves(config);
