import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Chance } from './chance.js';
import { type Options, readOptions, UsageError } from './options.js';
import { play } from './play.js';
import { Postgres } from './postgres.js';
import { explain, type Result, table } from './report.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';
import { Stage } from './stage.js';
import { Undertaker } from './undertaker.js';
import { WITNESS } from './witness.js';

const TEMPLATE = 'chaos_template';
/** What a scenario needs beside the time of its faults: processes that start, leases that run out, a verdict. */
const OVERHEAD_SECONDS = 5;
const SHORTEST_SECONDS = 3;
/** Room for one scenario of the default set; where there is less, the seed decides who has to wait. */
const ROOM_SECONDS = 10;

/** Plays the scenarios one after the other on one server; answers what came of each. */
async function playAll(options: Options, undertaker: Undertaker): Promise<Result[]> {
  const { seconds, seed, product } = options;
  const scenarios = fitting(options);
  const postgres = await Postgres.open(undertaker);
  try {
    await makeTemplate(postgres, product);
    const share = Math.max(SHORTEST_SECONDS, seconds / scenarios.length - OVERHEAD_SECONDS);
    const results: Result[] = [];
    for (const scenario of scenarios) {
      const place = {
        seconds: share,
        product,
        postgres,
        template: TEMPLATE,
        undertaker,
        chance: new Chance(seed).for(scenario.name),
      };
      const result = await playOne(scenario, place);
      const verdict = result.skipped ? `skipped: ${result.skipped}` : result.violations.length > 0 ? 'BROKEN' : 'kept';
      console.log(`${scenario.name.padEnd(4)} ${scenario.title}: ${verdict} (${result.seconds.toFixed(1)} s)`);
      if (result.violations.length > 0) console.log(explain(result));
      results.push(result);
    }
    return results;
  } finally {
    await postgres.close().catch((error: Error) => console.error(`While stopping PostgreSQL: ${error.message}`));
  }
}

/** Those there is time for; which ones have to wait for another seed is up to chance. */
function fitting({ scenarios, named, seconds, seed }: Options): Scenario[] {
  const room = Math.max(1, Math.floor(seconds / ROOM_SECONDS));
  if (named || scenarios.length <= room) return scenarios;
  const chance = new Chance(seed).for('rotation');
  const drawn = scenarios.map((scenario) => ({ scenario, lot: chance.next() })).sort((a, b) => a.lot - b.lot);
  const waiting = drawn.slice(room).map(({ scenario }) => scenario);
  console.log(`Not this time, for ${seconds} s are too short: ${waiting.map(({ name }) => name).join(' ')}\n`);
  return scenarios.filter((scenario) => !waiting.includes(scenario));
}

async function playOne(scenario: Scenario, place: Parameters<typeof Stage.set>[1]): Promise<Result> {
  const { name, title } = scenario;
  const skipped = scenario.missing?.();
  if (skipped) return { name, title, skipped, seconds: 0, notes: {}, violations: [] };
  const begun = performance.now();
  const stage = await Stage.set(name, place, scenario.env ?? {});
  try {
    return { ...(await play(scenario, stage)), seconds: (performance.now() - begun) / 1000 };
  } finally {
    await stage.close();
  }
}

/** A migrated database with the oracle's triggers, copied for each scenario. */
async function makeTemplate(postgres: Postgres, product: string): Promise<void> {
  await postgres.create(TEMPLATE);
  const env = { PATH: process.env.PATH, DATABASE_URL: postgres.urlOf(TEMPLATE) };
  const migrated = spawnSync(process.execPath, [join(product, 'src/cli.js'), 'migrate'], { env, encoding: 'utf8' });
  if (migrated.status !== 0) throw new Error(`the schema could not be made: ${migrated.stdout}${migrated.stderr}`);
  const client = new Client({ connectionString: postgres.urlOf(TEMPLATE) });
  await client.connect();
  await client.query(WITNESS).finally(() => client.end());
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), SCENARIOS);
  const { seed, scenarios, seconds } = options;
  console.log(`chaos, seed ${seed}, about ${seconds} s for ${scenarios.map(({ name }) => name).join(' ')}\n`);
  const results = await playAll(options, new Undertaker());
  console.log(`\n${table(results)}\n`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ seed, seconds, results }, null, 2)}\n`);
  const broken = results.filter(({ violations }) => violations.length > 0).map(({ name }) => name);
  if (broken.length === 0) return 0;
  console.log(`Broken. Again: npm run chaos -- --seed ${seed} --seconds ${seconds} --scenario ${broken.join(',')}`);
  return 1;
}

// Whatever is still running is ended by the undertaker when this process is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
