import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveToDirectoryOwner } from './account.js';
import { claimantIsAlive, claimOf } from './process-identity.js';

/** Enters this process among the users of the server; the result leaves it again. Call it under the start lock. */
export function registerUser(dataDir: string): () => void {
  const users = join(dataDir, 'users');
  if (mkdirSync(users, { recursive: true })) giveToDirectoryOwner(users);
  // One process may open the same directory twice, and its first close must not stop the server of the second.
  const entry = join(users, `${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(entry, claimOf(process.pid));
  giveToDirectoryOwner(entry);
  return () => rmSync(entry, { force: true });
}

/** How many users are alive; forgets those that died without leaving. Call it under the start lock. */
export function countLivingUsers(dataDir: string): number {
  const users = join(dataDir, 'users');
  if (!existsSync(users)) return 0;
  return readdirSync(users).filter((name) => {
    const entry = join(users, name);
    if (claimantIsAlive(readFileSync(entry, 'utf8'))) return true;
    rmSync(entry, { force: true });
    return false;
  }).length;
}
