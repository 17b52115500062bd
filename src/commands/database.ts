import { loadConfig } from '../platform/config.js';
import { openDatabase } from '../platform/open-database.js';
import type { Terminal } from './terminal.js';

/** The database of the configuration; an embedded one is started where it does not run. */
export async function withDatabase(terminal: Terminal, work: (url: string) => Promise<void>): Promise<void> {
  const { config } = await loadConfig();
  const database = await openDatabase(config, (line) => terminal.say(line));
  try {
    await work(database.url);
  } finally {
    await database.close();
  }
}
