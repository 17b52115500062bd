import { setInterval as every } from 'node:timers/promises';
import { compareCounters, sampleIdentity } from './counters.js';
import { gather } from './evidence.js';
import { type Figures, judge } from './invariants.js';
import type { Result } from './report.js';
import type { Scenario } from './scenario.js';
import { type Stage, WINDOW } from './stage.js';

const SAMPLE_MS = 700;

/** Plays a scenario on a stage that was set for it, and judges what came of it. */
export async function play(scenario: Scenario, stage: Stage): Promise<Omit<Result, 'seconds'>> {
  const { name, title } = scenario;
  const over = new AbortController();
  const sampling = sample(stage, over.signal);
  try {
    await scenario.play(stage);
  } catch (error) {
    const { stack, message } = error as Error;
    stage.claim('play', false, message, [
      stack ?? '',
      ...stage.fleet.all.flatMap((one) => one.said().split('\n').slice(-4)),
    ]);
  }
  over.abort();
  await sampling;
  const figures = await verdict(scenario, stage).catch((error: Error) => {
    stage.claim('play', false, `the evidence could not be gathered: ${error.message}`, [error.stack ?? '']);
    return undefined;
  });
  return { name, title, figures, notes: stage.notes, violations: stage.violations };
}

async function verdict({ leasesMayEnd }: Scenario, stage: Stage): Promise<Figures & { fencedWrites: number }> {
  const evidence = await gather(stage.pool, () => stage.sink.journal());
  const { violations, figures } = judge(evidence, { leasesMayEnd, windowSize: WINDOW });
  stage.violations.push(...violations, ...(await compareCounters(stage, evidence)));
  const lost = stage.fleet.all.flatMap((one) =>
    one
      .said()
      .split('\n')
      .filter((line) => line.includes('a batch could not be worked')),
  );
  stage.claim(
    'log',
    lost.length === 0,
    `${lost.length} × a batch could not be worked`,
    lost.slice(0, 2).map((line) => line.slice(0, 800)),
  );
  return { ...figures, fencedWrites: stage.fleet.entries('lease lost').length };
}

/** Looks at the identity again and again; where the database is away there is nothing to see. */
async function sample(stage: Stage, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of every(SAMPLE_MS, undefined, { signal })) await sampleIdentity(stage).catch(() => undefined);
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}
