import { until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import { LEASE_MS, type Stage } from '../stage.js';
import { lasts } from '../deadline.js';

/** Messages that two processes need about so long for, at `dotMs` an answer. */
const load = (seconds: number): number => Math.round(500 * seconds);
const DOT_MS = 15;

/** F1: senders die at random, others take their place. */
export const f1: Scenario = {
  name: 'F1',
  title: 'kill -9 a random process every second',
  inDefault: true,
  leasesMayEnd: true,
  play: async (stage) => {
    stage.sink.behave({ dotMs: DOT_MS });
    await stage.makeContacts(load(stage.seconds));
    await stage.fleet.start(2);
    await stage.launch();
    await stage.taken(50);
    stage.notes.kills = await stage.every(1_000, () => killOne(stage));
    await stage.fleet.all.at(-1)!.ready();
    await stage.settle();
  },
};

/** Kills one process; its successor starts at the same moment. */
async function killOne(stage: Stage, env: Record<string, string> = {}): Promise<void> {
  const victim = stage.chance.pick(stage.fleet.running.filter(({ isReady }) => isReady));
  await stage.fleet.launch(env);
  if (victim) await stage.fleet.kill(victim);
}

/** F2: whoever freezes a large audience dies in the middle of it, again and again. */
export const f2: Scenario = {
  name: 'F2',
  title: 'kill -9 during the freeze of a large audience',
  inDefault: true,
  leasesMayEnd: true,
  env: { ROLES: 'api,scheduler', BATCH_SIZE: '20' },
  play: async (stage) => {
    const contacts = stage.seconds >= 20 ? 200_000 : 60_000;
    await stage.makeContacts(contacts);
    const helpers = await stage.fleet.start(3);
    // Each slice is some statements; this keeps the freeze going long enough to be hit.
    for (const { index } of helpers) stage.fleet.proxies[index]!.delayMs = 3;
    const id = await stage.launch();
    const through = async (): Promise<number> => {
      const [run] = await stage.sql<{ through: string; frozen: boolean }>(
        'select frozen_through as through, frozen from run',
      );
      return run ? (run.frozen ? Infinity : Number(run.through)) : -1;
    };
    let kills = 0;
    for (const victim of helpers.slice(0, 2)) {
      const before = await through();
      await until('another slice', 30_000, through, (now) => now > Math.max(before, 0));
      if ((await through()) === Infinity) break;
      await stage.fleet.kill(victim);
      kills += 1;
    }
    stage.notes.kills = kills;
    await until('the audience is frozen', 45_000, through, (now) => now === Infinity);
    const steps = (await stage.sql<{ through: string }>('select through from chaos_freeze order by id')).map((row) =>
      Number(row.through),
    );
    stage.claim(
      'I1',
      steps.every((step, index) => index === 0 || step >= steps[index - 1]!),
      'the cursor of the freeze went back',
      [steps.join(' ')],
    );
    const [frozen] = await stage.sql<{ size: string }>(
      'select sum(size) as size from run_batch where parent_seq is null',
    );
    stage.claim('I1', Number(frozen!.size) === contacts, `${frozen!.size} of ${contacts} contacts are frozen`);
    await stage.fleet.any.request('POST', `/campaigns/${id}/cancel`);
    await stage.settle();
  },
};

/** F4: a process sleeps through its leases and wakes as a zombie. */
export const f4: Scenario = {
  name: 'F4',
  title: 'SIGSTOP for twice the lease, then SIGCONT',
  inDefault: true,
  leasesMayEnd: true,
  play: async (stage) => {
    stage.sink.behave({
      dotMs: 25,
      faults: [{ stage: 'rcpt', act: 'answer', share: 0.08, reply: '450 4.2.1 not now' }],
    });
    await stage.makeContacts(load(stage.seconds) / 2);
    const processes = await stage.fleet.start(2);
    await Promise.all([stage.launch({ on_doubt: 'hold' }), stage.launch({ on_doubt: 'resend' })]);
    const rounds = Math.max(1, Math.floor(stage.seconds / 6));
    for (let round = 0; round < rounds; round += 1) {
      await stage.taken(stage.sink.accepted + 100);
      const zombie = processes[round % 2]!;
      zombie.signal('SIGSTOP');
      await lasts(2 * LEASE_MS);
      await until('its leases are taken back', 10_000, () => lostBy(stage, zombie.pid));
      zombie.signal('SIGCONT');
    }
    await stage.settle();
    const fenced = stage.fleet.entries('lease lost').length;
    stage.claim('F4', fenced > 0, 'the zombie wrote, and the fence refused nothing');
    const [late] = await stage.sql<{ settled: number }>(
      `select count(*)::int as settled from delivery where reason = 'late_evidence'`,
    );
    stage.notes['settled late'] = late!.settled;
    stage.notes.zombies = rounds;
  },
};

/** Whether some lease of a process has been taken back by now. */
async function lostBy(stage: Stage, pid: number): Promise<boolean> {
  const [left] = await stage.sql<{ left: number }>(
    `select count(*)::int as left from run_batch where state = 'leased' and owner like $1`,
    [`%/${pid}/%`],
  );
  return left!.left === 0;
}
