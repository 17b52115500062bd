import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { open, readdir, readlink, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, canReach, makeSharedDirectory, spawnOptions } from './account.js';
import { type Binaries, program } from './binaries.js';

/**
 * Settings of a new cluster, for a small server; `ALTER SYSTEM` changes them later. WAL stays uncompressed: these
 * binaries know only pglz, which costs more processor time than it saves writing.
 */
const settings = {
  shared_buffers: '128MB',
  max_connections: '100',
  max_wal_size: '2GB',
  jit: 'off',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** Where a new cluster goes and how it is made. */
export interface ClusterPlan {
  dataDir: string;
  /** Where a cluster is kept that the account cannot reach inside the data directory. */
  store: string;
  account: Account | undefined;
  password: string;
  durable: boolean;
  log: (line: string) => void;
}

/**
 * The real path of the cluster `<dataDir>/postgres`; undefined when there is none yet.
 * Throws when it is a link to a cluster that is gone: making a new one would hide the loss.
 */
export function findCluster(dataDir: string): string | undefined {
  const cluster = join(dataDir, 'postgres');
  if (!lstatSync(cluster, { throwIfNoEntry: false })) return undefined;
  if (!existsSync(cluster))
    throw new Error(`${cluster} is a link to a directory that is gone. Restore it, or remove the link.`);
  return realpathSync(cluster);
}

/** Throws unless these binaries can run the cluster: PostgreSQL cannot open the files of another major version. */
export function assertSameMajorVersion(cluster: string, binaries: Binaries): void {
  const theirs = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const ours = binaries.version.split('.')[0];
  if (theirs === ours) return;
  throw new Error(
    `${cluster} was made by PostgreSQL ${theirs}, and this is PostgreSQL ${ours}. Dump it with version ${theirs} and ` +
      'restore it into a new data directory, or serve it yourself and set DATABASE_URL.',
  );
}

/** Makes the cluster `<dataDir>/postgres`. It gets that name only when complete, so a killed attempt starts over. */
export async function initialiseCluster(plan: ClusterPlan, binaries: Binaries): Promise<string> {
  await removeUnfinished(plan);
  const draft = join(plan.dataDir, `postgres.new-${randomBytes(6).toString('hex')}`);
  await makeDirectory(draft, plan);
  await runInitdb(realpathSync(draft), plan, binaries);
  await rename(draft, join(plan.dataDir, 'postgres'));
  const cluster = realpathSync(join(plan.dataDir, 'postgres'));
  if (plan.durable && process.platform !== 'win32') {
    await syncDirectory(dirname(cluster));
    await syncDirectory(plan.dataDir);
  }
  return cluster;
}

/** An initdb that outlived its killed parent may still write there, which is why every attempt has a name of its own. */
async function removeUnfinished({ dataDir, store }: ClusterPlan): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith('postgres.new-')) continue;
    const draft = join(dataDir, name);
    if (lstatSync(draft).isSymbolicLink()) {
      const target = await readlink(draft);
      if (dirname(target) !== store) continue;
      await rm(target, { recursive: true, force: true, maxRetries: 5 });
      await rm(passwordFileOf(target), { force: true });
    }
    await rm(draft, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Makes an empty directory owned by the account or, where the account could not reach it, a link to one in the store. */
async function makeDirectory(path: string, { dataDir, store, account, log }: ClusterPlan): Promise<void> {
  makeOwnDirectory(path, account);
  if (canReach(account, path, '-x')) return;
  await rmdir(path);
  makeSharedDirectory(store);
  const elsewhere = join(store, randomBytes(6).toString('hex'));
  makeOwnDirectory(elsewhere, account);
  await symlink(elsewhere, path);
  if (!canReach(account, elsewhere, '-x')) throw new Error(`uid ${account?.uid} cannot reach ${elsewhere}.`);
  log(
    `The database is kept in ${elsewhere}: PostgreSQL does not run as root, and uid ${account?.uid} cannot reach ${dataDir}`,
  );
}

function makeOwnDirectory(path: string, account: Account | undefined): void {
  mkdirSync(path, { mode: 0o700 });
  if (account) chownSync(path, account.uid, account.gid);
}

/** `--no-sync` and one pass at the end take a fraction of the time of syncing every file as it is made. */
async function runInitdb(cluster: string, plan: ClusterPlan, binaries: Binaries): Promise<void> {
  const { account, password, durable } = plan;
  const initdb = (...args: string[]) =>
    promisify(execFile)(program(binaries, 'initdb'), ['-D', cluster, ...args], spawnOptions(account)).catch((error) => {
      const hint =
        'If this system cannot run it (it needs glibc, which Alpine lacks), set DATABASE_URL to a server of your own.';
      throw new Error(`initdb failed: ${error.stderr || error.message}\n${hint}`, { cause: error });
    });
  const passwordFile = passwordFileOf(cluster);
  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  try {
    await initdb(
      ...['--no-sync', '--no-instructions', '--encoding=UTF8', '--locale=C'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...['--username=campanile', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    );
  } finally {
    await rm(passwordFile);
  }
  if (durable) await initdb('--sync-only');
}

const passwordFileOf = (cluster: string) => `${cluster}.password`;

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}
