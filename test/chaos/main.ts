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
/** So many are played whatever time there is: fewer would say nothing. */
const FEWEST = 4;

/** Plays the scenarios one after the other on one server; answers what came of each. */
async function playAll(options: Options, undertaker: Undertaker): Promise<Result[]> {
  const { named, seconds, seed, product } = options;
  const begun = performance.now();
  const postgres = await Postgres.open(undertaker);
  try {
    await makeTemplate(postgres, product);
    const share = shareOf(options);
    const results: Result[] = [];
    for (const scenario of inOrder(options)) {
      const spent = (performance.now() - begun) / 1000;
      const another = spent / Math.max(1, results.length);
      if (!named && results.length >= FEWEST && spent + another / 2 > seconds) {
        results.push({ ...idle(scenario), skipped: 'no time left; another seed takes another' });
        continue;
      }
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

/** How long the faults of one scenario last. */
const shareOf = ({ seconds, scenarios }: Options): number =>
  Math.max(SHORTEST_SECONDS, seconds / scenarios.length - OVERHEAD_SECONDS);

/** The default set in an order drawn by the seed, for there may not be time for all; named scenarios as they are. */
function inOrder({ scenarios, named, seed }: Options): Scenario[] {
  if (named) return [...scenarios];
  const chance = new Chance(seed).for('rotation');
  const drawn = scenarios.map((scenario) => ({ scenario, lot: chance.next() }));
  return drawn.sort((a, b) => a.lot - b.lot).map(({ scenario }) => scenario);
}

async function playOne(scenario: Scenario, place: Parameters<typeof Stage.set>[1]): Promise<Result> {
  const skipped = scenario.missing?.();
  if (skipped) return { ...idle(scenario), skipped };
  const begun = performance.now();
  const stage = await Stage.set(scenario.name, place, scenario.env ?? {});
  try {
    return { ...(await play(scenario, stage)), seconds: (performance.now() - begun) / 1000 };
  } finally {
    await stage.close();
  }
}

const idle = ({ name, title }: Scenario): Result => ({ name, title, seconds: 0, notes: {}, violations: [] });

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
  const again = Math.ceil((shareOf(options) + OVERHEAD_SECONDS) * broken.length);
  console.log(`Broken. Again: npm run chaos -- --seed ${seed} --seconds ${again} --scenario ${broken.join(',')}`);
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
