import { accessSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, accountFor, reclaim } from './account.js';
import { type Binaries, prepareBinaries } from './binaries.js';
import { assertSameMajorVersion, findCluster, initialiseCluster } from './cluster.js';
import { ensureDatabase, inventConnection, isFree, recallConnection, rememberConnection, urlOf } from './connection.js';
import { findPostmaster, stopPostmaster } from './postmaster.js';
import { withStartLock } from './start-lock.js';
import { type Server, startOrJoin } from './start.js';
import { countLivingUsers, registerUser } from './users.js';
import { watch, type Watched } from './watch.js';

/** A PostgreSQL server that belongs to a data directory and runs while any process has it open. */
export interface EmbeddedPostgres {
  /** The database `campanile`, as a superuser. */
  url: string;
  port: number;
  /** Whether this call made the cluster, started the server of an existing one, or found it running. */
  started: 'initialised' | 'started' | 'joined';
  /** Leaves the server; the last living user stops it, and waits until it is gone. */
  close(): Promise<void>;
}

/** Options of {@link openEmbeddedPostgres}. */
export interface EmbeddedPostgresOptions {
  /** Made if missing. Holds the cluster, its log, its port and its password. */
  dataDir: string;
  /** Durable by default. False trades the data for speed when the machine crashes: for tests. */
  fsync?: boolean;
  /** Gets a line when something is placed where one would not look for it. */
  log: (line: string) => void;
  /** Starts the server again where it ends unasked. Not by default. */
  revive?: boolean;
  /** Where root keeps what PostgreSQL's account cannot reach elsewhere; `/var/lib/campanile` unless given. */
  systemDir?: string;
}

/**
 * Opens the PostgreSQL server of a data directory: makes it, starts it or joins it, whatever is needed.
 * Throws when there are no binaries for this platform, when the directory belongs to another user or to another major
 * version, and, with the last lines of the log, when PostgreSQL does not start.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  assertAccess(dataDir);
  return withStartLock(dataDir, async () => {
    const existing = findCluster(dataDir);
    const account = accountFor(existing ?? dataDir, dataDir);
    const store = account ? (options.systemDir ?? '/var/lib/campanile') : join(dataDir, 'runtime');
    const binaries = await prepareBinaries(account, store, options.log);

    const leave = registerUser(dataDir);
    const leaveServer = () => leaveAndStopIfLast(dataDir, leave, binaries);
    try {
      const { server, ...opened } = await openServer({ ...options, dataDir, account, store }, existing, binaries);
      const unwatch = options.revive ? watch(watched(dataDir, server, opened.port, options.log)) : nothing;
      let closed: Promise<void> | undefined;
      const close = () => (closed ??= unwatch().then(() => withStartLock(dataDir, leaveServer)));
      return { ...opened, close };
    } catch (error) {
      // Why it did not open matters more than why it might not stop.
      await leaveServer().catch(() => undefined);
      throw error;
    }
  });
}

type Place = EmbeddedPostgresOptions & { account: Account | undefined; store: string };

async function openServer(place: Place, existing: string | undefined, binaries: Binaries) {
  const { dataDir, account, fsync: durable = true } = place;
  const remembered = recallConnection(dataDir) ?? inventConnection(existing);
  if (existing) {
    assertSameMajorVersion(existing, binaries);
    if (!findPostmaster(existing)) await reclaim(account, existing);
  } else {
    rememberConnection(dataDir, remembered);
  }
  const cluster = existing ?? (await initialiseCluster({ ...place, durable, password: remembered.password }, binaries));

  const logFile = join(dataDir, 'postgres.log');
  const server: Server = { cluster, logFile, account, binaries, durable };
  const { postmaster, joined } = await startOrJoin(server, remembered.port);
  const connection = { ...remembered, port: postmaster.port };
  if (connection.port !== remembered.port) rememberConnection(dataDir, connection);
  await ensureDatabase(connection);
  const started: EmbeddedPostgres['started'] = !existing ? 'initialised' : joined ? 'joined' : 'started';
  return { url: urlOf(connection), port: connection.port, started, server };
}

const nothing = (): Promise<void> => Promise.resolve();

/** Others have the server's URL: it comes back on its port or not at all. */
function watched(dataDir: string, server: Server, port: number, log: (line: string) => void): Watched {
  return {
    isRunning: () => findPostmaster(server.cluster) !== undefined,
    restart: () =>
      withStartLock(dataDir, async () => {
        if (findPostmaster(server.cluster)) return;
        if (!(await isFree(port))) throw new Error(`port ${port} is taken by another program`);
        await startOrJoin(server, port);
      }),
    log,
  };
}

/** Leaves, and stops the server if nobody else uses it. */
async function leaveAndStopIfLast(dataDir: string, leave: () => void, binaries: Binaries): Promise<void> {
  leave();
  if (countLivingUsers(dataDir) > 0) return;
  const cluster = findCluster(dataDir);
  const postmaster = cluster && findPostmaster(cluster);
  if (postmaster) await stopPostmaster(cluster, postmaster.pid, binaries);
}

function assertAccess(dataDir: string): void {
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(`${dataDir} belongs to uid ${statSync(dataDir).uid}; run Campanile as that user.`, { cause });
  }
}
