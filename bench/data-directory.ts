import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new directory for a server's data. Every user can enter it, so that root's servers keep everything in it, too. */
export function makeDataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'campanile-bench-'));
  chmodSync(directory, 0o755);
  return directory;
}
