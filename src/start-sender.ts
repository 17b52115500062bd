import { createApp } from './create-app.js';
import { answerFigures } from './crew-member.js';
import { loadConfig } from './platform/config.js';
import { Metrics } from './platform/metrics.js';
import { giveBackStartingMemory } from './platform/starting-memory.js';
import { Shutdown } from './shutdown.js';
import { Teller } from './teller.js';

/** Starts a process that only sends, for one that has made everything ready and whose end is its own. */
export async function startSender(): Promise<void> {
  const teller = new Teller();
  const shutdown = new Shutdown(teller.tell);
  const { config, module } = await loadConfig();
  teller.format = config.LOG_FORMAT;
  const app = await createApp({ config, configModule: module, databaseUrl: config.DATABASE_URL!, intervals: true });
  const opened = app.init();
  // Whoever started us may go while we are still opening.
  shutdown.first(() => opened.then(() => app.close()));
  await opened;
  answerFigures(() => app.get(Metrics).own());
  giveBackStartingMemory();
}
