import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { Application } from '../chaos/application.js';
import { until } from '../chaos/deadline.js';
import { freePort } from '../chaos/fleet.js';
import { Postgres } from '../chaos/postgres.js';
import { Undertaker } from '../chaos/undertaker.js';
import { valueOf } from '../support/metrics.js';
import { Control } from './control.js';
import { type Finding, finding, inWords, judge, type Samples } from './judgement.js';
import { Load } from './load.js';
import { Mailbox } from './mailbox.js';
import { type Options, readOptions, UsageError } from './options.js';
import { PROBE_PORT } from './probe.js';
import { reckon, settle } from './reckoning.js';
import { Sampler } from './sampler.js';
import { summary } from './summary.js';

const DATABASE = 'soak';
const KEY = 'a-key-for-the-process-of-a-soak';
/** As `npm start` has it, with so little memory that nothing can be kept for long; and the probe. */
const FLAGS = [
  '--max-semi-space-size=8',
  '--heap-growing-percent=50',
  '--max-old-space-size=256',
  '--expose-gc',
  `--import=${new URL('./probe.js', import.meta.url).href}`,
];

/** The first minutes fill caches and compile code. */
const warmUpOf = (seconds: number): number => Math.min(300, seconds / 3);

interface Outcome {
  findings: Finding[];
  samples: Samples;
}

/** One process of the product under steady work; answers what it kept of what is promised. */
async function soak({ seconds, product }: Options, undertaker: Undertaker): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'campanile-soak-'));
  undertaker.removeAtTheEnd(directory);
  const [postgres, mailbox, control] = [await Postgres.open(undertaker), await Mailbox.open(), new Control()];
  await postgres.create(DATABASE);
  const [port, metricsPort, probePort] = [await freePort(), await freePort(), await freePort()];
  const application = Application.spawn(
    0,
    { product, directory, port, flags: FLAGS },
    {
      ADMIN_API_KEY: KEY,
      DATABASE_URL: postgres.urlOf(DATABASE),
      SMTP_URL: mailbox.url,
      METRICS_PORT: String(metricsPort),
      [PROBE_PORT]: String(probePort),
      // All work in the process that is looked at.
      SENDER_PROCESSES: '1',
      API_REQUESTS_PER_MINUTE: '0',
    },
    undertaker,
  );
  await application.ready();
  const db = new Client({ connectionString: postgres.urlOf(DATABASE) });
  await db.connect();
  try {
    const load = new Load(`http://127.0.0.1:${port}`, KEY, mailbox);
    await load.prepare();
    const sampler = new Sampler({ pid: application.pid, metricsPort, probePort }, control);
    const over = new AbortController();
    const working = Promise.all([load.run(over.signal), sampler.run(over.signal)]);
    await Promise.race([working, pause(seconds * 1000, undefined, { ref: false })]);
    over.abort();
    await working;
    await load.end();
    await settle(db);
    console.log(summary(sampler.samples, { taken: mailbox.taken.size, calls: load.calls, seconds }));
    for (const fault of load.faults.slice(0, 3)) console.log(`  ${fault.slice(0, 400)}`);
    const findings = [
      ...judge(sampler.samples, warmUpOf(seconds)),
      finding('calls that failed:', load.faults.length, 0),
      finding('connections still in use at the end:', await connectionsInUse(sampler), 1),
      ...(await reckon(db, mailbox.taken)),
      finding('exit code of the process:', (await application.end('SIGTERM')) ?? 1, 0),
    ];
    return { findings, samples: sampler.samples };
  } finally {
    await application.end('SIGKILL');
    await db.end();
    await Promise.all([control.close(), mailbox.close()]);
    await postgres.close();
  }
}

/** The fewest that are seen in a while: now and then the heartbeat looks, and whoever asks for metrics takes one. */
async function connectionsInUse(sampler: Sampler): Promise<number> {
  const look = async () => valueOf(await sampler.metrics(), 'campanile_database_connections', { state: 'busy' })!;
  return until('connections are given back', 5_000, look, (busy) => busy <= 1).catch(look);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  console.log(`soak, ${options.seconds / 60} minutes, judged after the first ${warmUpOf(options.seconds) / 60}\n`);
  const { findings, samples } = await soak(options, new Undertaker());
  for (const one of findings) console.log(inWords(one));
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ findings, samples }, null, 2)}\n`);
  return findings.every(({ holds }) => holds) ? 0 : 1;
}

// Whatever is still running is ended by the undertaker when this process is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
