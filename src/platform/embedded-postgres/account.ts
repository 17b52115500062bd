import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** The user PostgreSQL runs as when we are root, which it refuses to run as. */
export interface Account {
  uid: number;
  gid: number;
}

const nobody: Account = { uid: 65534, gid: 65534 };

const isRoot = () => process.getuid?.() === 0;

/**
 * As root, the account to run PostgreSQL as: the first owner of these directories that is not root, so that root and
 * that user can take turns, or else nobody. Undefined when we are not root: PostgreSQL then runs as we do.
 */
export function accountFor(...directories: string[]): Account | undefined {
  if (!isRoot()) return undefined;
  const owners = directories.map((directory) => statSync(directory));
  const { uid, gid } = owners.find((owner) => owner.uid !== 0) ?? nobody;
  return { uid, gid };
}

/** Whether the account can use the path, by the kernel's judgement; `-x` for programs and directories, `-r` for files. */
export function canReach(account: Account | undefined, path: string, access: '-x' | '-r'): boolean {
  if (!account) return true;
  return spawnSync('/bin/sh', ['-c', `test ${access} "$0"`, path], { ...account, cwd: '/' }).status === 0;
}

/** As root, hands a file we made to the owner of the directory it lies in, who may be the one to run us next time. */
export function giveToDirectoryOwner(path: string): void {
  if (!isRoot()) return;
  const { uid, gid } = statSync(dirname(path));
  chownSync(path, uid, gid);
}

/** Makes a directory that every account can enter, whatever the umask; leaves an existing one as it is. */
export function makeSharedDirectory(path: string): void {
  if (mkdirSync(path, { recursive: true })) chmodSync(path, 0o755);
}

/**
 * Makes a cluster the account's own again: a backup put back by root belongs to root.
 * Throws when the account cannot reach it, as after a move of the data directory.
 */
export async function reclaim(account: Account | undefined, cluster: string): Promise<void> {
  if (!account) return;
  if (statSync(cluster).uid !== account.uid) {
    await promisify(execFile)('chown', ['-R', `${account.uid}:${account.gid}`, cluster]);
    chmodSync(cluster, 0o700);
  }
  if (canReach(account, cluster, '-x')) return;
  throw new Error(
    `PostgreSQL runs as uid ${account.uid}, which cannot reach ${cluster}: move it to a directory that every user can ` +
      'enter, and leave a symbolic link to it in its old place.',
  );
}

/**
 * How a PostgreSQL program is spawned: as the account, from a directory that every account can enter, and without the
 * variables that would redirect it (PGDATA, LD_LIBRARY_PATH) or translate the messages we read (LC_ALL, LANGUAGE).
 */
export function spawnOptions(account: Account | undefined) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|LD_|DYLD_)/.test(name));
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
  return { ...account, env, windowsHide: true, cwd: process.platform === 'win32' ? undefined : '/' };
}
