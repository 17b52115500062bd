import type { INestApplicationContext } from '@nestjs/common';
import { schema } from '../app.module.js';
import { createApp, describeApi } from '../create-app.js';
import { VapidKeysService } from '../delivery/vapid-keys.service.js';
import { loadConfig } from '../platform/config.js';
import { migrateDown, migrateUp, migrationStatus } from '../platform/migrate.js';
import { openDatabase } from '../platform/open-database.js';
import { DoctorService } from './doctor/doctor.service.js';
import type { Finding } from './doctor/finding.js';
import { SeedService } from './seed.service.js';
import type { SimulateCampaign } from './simulation/simulation.dto.js';
import { SimulationService } from './simulation/simulation.service.js';
import { simulationWords } from './simulation/simulation-words.js';
import { Terminal } from './terminal.js';
import { VerifyService } from './verify.service.js';

/** `migrate up|down|status`. */
export function migrate(what: 'up' | 'down' | 'down-all' | 'status', json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withDatabase(terminal, async (url) => {
      if (what === 'status') {
        const rows = await migrationStatus(url, schema);
        const words = rows.map(
          ({ name, executedAt }) =>
            `${executedAt ? `applied ${executedAt.toISOString()}` : 'pending'.padEnd(32)}  ${name}`,
        );
        return terminal.result(rows, words.join('\n'));
      }
      const names = what === 'up' ? await migrateUp(url, schema) : await migrateDown(url, schema, what === 'down-all');
      const verb = what === 'up' ? 'applied' : 'taken back';
      terminal.result(
        { [verb.replace(' ', '_')]: names },
        names.length > 0 ? `${verb}: ${names.join(', ')}` : `nothing to do`,
      );
    }),
  );
}

/** `seed`. */
export function seed(contacts: number, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const result = await app.get(SeedService).seed(contacts, terminal.progress(contacts));
      const { created, known } = result.contacts;
      terminal.result(
        result,
        `${result.segments} segments and ${result.campaigns} campaigns made; ${created} contacts made, ${known} were there`,
      );
    }),
  );
}

/** `verify`: one line a check; exit code 1 when one fails. */
export function verify(json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const checks = await app
        .get(VerifyService)
        .verify(({ name, ok, detail }) => terminal.say(`${ok ? '✓' : '✗'} ${name}: ${detail}`));
      const failed = checks.filter(({ ok }) => !ok).length;
      terminal.result(
        { ok: failed === 0, checks },
        failed === 0 ? 'everything is as it should be' : `${failed} of ${checks.length} checks failed`,
      );
      if (failed > 0) process.exitCode = 1;
    }),
  );
}

/** `doctor`: one line a finding; exit code 1 when something is wrong. */
export function doctor(json: boolean): Promise<void> {
  const marks = { ok: '✓', caution: '!', wrong: '✗' };
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const findings = await app
        .get(DoctorService)
        .examine(({ name, state, detail }) => terminal.say(`${marks[state]} ${name}: ${detail}`));
      const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
      const [wrong, caution] = [count('wrong'), count('caution')];
      const words = `${wrong} wrong, ${caution} to look at, ${findings.length - wrong - caution} in order`;
      terminal.result({ ok: wrong === 0, findings }, words);
      if (wrong > 0) process.exitCode = 1;
    }),
  );
}

/** `simulate`. */
export function simulate(campaignId: number, wish: SimulateCampaign, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const progress = terminal.progress(wish.days, 'days');
      const simulation = await app.get(SimulationService).simulate(campaignId, wish, progress);
      terminal.result(simulation, simulationWords(simulation));
    }),
  );
}

/** `vapid`: needs no database. */
export function makeVapidKeys(json: boolean): Promise<void> {
  return command(json, (terminal) => {
    const keys = new VapidKeysService().generate();
    terminal.result(keys, `public_key: ${keys.public_key}\nprivate_key: ${keys.private_key}`);
    return Promise.resolve();
  });
}

/** `openapi`: needs a database only to assemble the application. */
export function printOpenApi(): Promise<void> {
  return command(true, (terminal) =>
    withApplication(terminal, (app) => {
      terminal.result(describeApi(app), '');
      return Promise.resolve();
    }),
  );
}

/** Runs a command; a failure is one sentence on standard error and exit code 1. */
export async function command(json: boolean, work: (terminal: Terminal) => Promise<void>): Promise<void> {
  try {
    await work(new Terminal(json));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

async function withDatabase(terminal: Terminal, work: (url: string) => Promise<void>): Promise<void> {
  const { config } = await loadConfig();
  const database = await openDatabase(config, (line) => terminal.say(line));
  try {
    await work(database.url);
  } finally {
    await database.close();
  }
}

/** An application whose services a command uses. */
export type Application = Awaited<ReturnType<typeof createApp>> & INestApplicationContext;

/** The same application as the server's, without its intervals and without listening. */
export async function withApplication(terminal: Terminal, work: (app: Application) => Promise<void>): Promise<void> {
  const { config, module } = await loadConfig();
  await withDatabase(terminal, async (databaseUrl) => {
    await migrateUp(databaseUrl, schema);
    const app = await createApp({ config, configModule: module, databaseUrl, intervals: false });
    try {
      await app.init();
      await work(app);
    } finally {
      await app.close();
    }
  });
}
