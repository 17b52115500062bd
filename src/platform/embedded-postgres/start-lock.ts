import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { giveToDirectoryOwner } from './account.js';
import { claimantIsAlive, claimOf } from './process-identity.js';

/** Longer than any start or stop may take, crash recovery included. */
const patience = 6 * 60_000;

/**
 * Does the work while no other process starts or stops the server of this data directory.
 * Throws when a living process keeps the lock for more than six minutes.
 */
export async function withStartLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const release = await acquire(join(dataDir, 'postgres.lock'), Date.now() + patience);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * A lock left by a dead process is removed only by the holder of the lock `<path>.stale`: otherwise two processes could
 * both see the dead owner, and the slower one would remove the lock that the faster one has just taken.
 */
async function acquire(path: string, deadline: number): Promise<() => void> {
  for (;;) {
    if (claim(path)) return () => rmSync(path);
    const owner = readOwner(path);
    if (owner !== undefined && !claimantIsAlive(owner)) {
      const release = await acquire(`${path}.stale`, deadline);
      try {
        const current = readOwner(path);
        if (current !== undefined && !claimantIsAlive(current)) rmSync(path);
      } finally {
        release();
      }
    } else if (Date.now() > deadline) {
      throw new Error(`Process ${owner?.split(' ')[0]} holds ${path}; if it is not a Campanile, delete that file.`);
    } else {
      await delay(10);
    }
  }
}

/** Linking a finished file, unlike creating one, never shows others a lock without its owner in it. */
function claim(path: string): boolean {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, claimOf(process.pid), { flag: 'wx' });
  giveToDirectoryOwner(draft);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
