import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm run cli` runs first. */
const BUILDER = 'scripts/build-if-stale.mjs';

/** How commands begin in a folder, for people to copy: an image has what was built, and nothing of what npm runs. */
export function commandStart(folder = '.'): string {
  return existsSync(join(folder, BUILDER)) ? 'npm run cli --' : 'node dist/src/cli.js';
}
