import { loadConfig } from '../platform/config.js';
import { openDatabase, requireDatabase } from '../platform/open-database.js';
import type { Terminal } from './terminal.js';

/**
 * Which database will do for a command: one that is there already, or any, which is made where there is none. A command that
 * looks at what is there would otherwise look at an empty one, and say that all is well.
 */
export type Needs = 'existing' | 'any';

/** The database of the configuration; an embedded one is started where it does not run. */
export async function withDatabase(
  terminal: Terminal,
  work: (url: string) => Promise<void>,
  needs: Needs = 'existing',
): Promise<void> {
  const { config } = await loadConfig();
  if (needs === 'existing') requireDatabase(config);
  const database = await openDatabase(config, (line) => terminal.say(line));
  try {
    await work(database.url);
  } finally {
    await database.close();
  }
}
