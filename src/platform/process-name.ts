import { hostname } from 'node:os';
import { PRODUCT_VERSION } from './product-version.js';

/** A process as its connections to the database name it. */
export interface ProcessName {
  version: string;
  /** What it does; nothing for a command from a terminal. */
  roles: string[];
  pid: number;
  /** Perhaps only the beginning of it. */
  host: string;
}

/** PostgreSQL keeps so many bytes of a connection's name. */
const MOST_BYTES = 63;

/** What this process calls its connections, so that the others see it in the database, and people who look there. */
export function writeProcessName(roles: string[], { version, pid, host } = self()): string {
  const name = `campanile/${version} ${roles.join(',') || '-'} ${pid}@${spelled(host)}`;
  return name.slice(0, MOST_BYTES);
}

/** The process of a connection that is called so; null where the connection is none of ours. */
export function readProcessName(name: string): ProcessName | null {
  const [, version, roles, pid, host] = /^campanile\/(\S+) (\S+) (\d+)@(\S*)$/.exec(name) ?? [];
  if (version === undefined) return null;
  return { version, roles: roles === '-' ? [] : roles!.split(','), pid: Number(pid), host: host! };
}

/** Whether a connection is of the process with this number on this machine. */
export const isOf = (name: ProcessName, { pid, host }: Pick<ProcessName, 'pid' | 'host'> = self()): boolean =>
  name.pid === pid && spelled(host).startsWith(name.host);

const spelled = (host: string): string => host.replaceAll(/[^\w.-]/g, '_');

const self = () => ({ version: PRODUCT_VERSION, pid: process.pid, host: hostname() });
