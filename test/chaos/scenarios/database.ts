import { lasts, until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import { LEASE_MS, type Stage } from '../stage.js';

/** F5: the database crashes under load, stops politely, and stays away for a while; nobody else is harmed. */
export const f5: Scenario = {
  name: 'F5',
  title: 'PostgreSQL stopped immediate and fast, and away for a while',
  inDefault: true,
  leasesMayEnd: true,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 15 });
    await stage.makeContacts(Math.round(900 * stage.seconds));
    const processes = await stage.fleet.start(2);
    await stage.launch();
    const crashes = Math.max(2, Math.min(5, Math.floor(stage.seconds / 4)));
    for (let crash = 0; crash < crashes; crash += 1) {
      await stage.taken(stage.sink.accepted + 100);
      await stage.postgres.stop('immediate');
      await stage.postgres.start();
    }
    await stage.taken(stage.sink.accepted + 100);
    await stage.postgres.stop('fast');
    await lasts(Math.min(60_000, (stage.seconds * 1000) / 4));
    await stage.postgres.start();
    await until('every process is ready again', 30_000, async () => {
      const answers = await Promise.all(processes.map((process) => process.request('GET', '/health/ready')));
      return answers.every(({ status }) => status === 200);
    });
    stage.notes.crashes = crashes;
    await stage.settle();
    stage.claim(
      'F5',
      processes.every(({ running }) => running),
      'a process did not survive the loss of its database',
    );
  },
};

/** F6: the way to the database fails for one process in each of the ways a network can. */
export const f6: Scenario = {
  name: 'F6',
  title: 'database stalled, half open, answers lost at COMMIT',
  inDefault: false,
  leasesMayEnd: true,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 15 });
    await stage.makeContacts(Math.round(900 * stage.seconds));
    const [stalled, cut] = await stage.fleet.start(2);
    await stage.launch();
    await stage.taken(100);
    const proxyOf = (index: number) => stage.fleet.proxies[index]!;

    proxyOf(cut!.index).weather = 'cut_at_commit';
    proxyOf(stalled!.index).weather = 'stalled';
    await lasts(Math.min(20_000, 2 * LEASE_MS));
    proxyOf(stalled!.index).weather = 'fair';
    await lasts(Math.max(1_000, stage.seconds * 250));
    proxyOf(cut!.index).weather = 'fair';
    stage.notes['answers lost'] = proxyOf(cut!.index).cuts;
    await noStuckLease(stage);

    await stage.settle();
  },
};

/** A half-open connection is never told that it is dead: only patience of its own ends it. */
export const f6b: Scenario = {
  name: 'F6b',
  title: 'database connections half open, then a process alone must go on',
  inDefault: false,
  leasesMayEnd: true,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 15 });
    await stage.makeContacts(600 * Math.min(stage.seconds, 10));
    const [alone] = await stage.fleet.start(1);
    await stage.launch();
    await stage.taken(100);
    // The whole pool is open, as on a busy day; then the server's machine loses its power.
    await Promise.all(Array.from({ length: 40 }, () => alone!.request('GET', '/campaigns/')));
    stage.fleet.proxies[alone!.index]!.halfOpen();
    await stage.settle(90_000);
  },
};

/** With the database reachable, a lease that ran out is taken back within the sweeper's beat. */
async function noStuckLease(stage: Stage): Promise<void> {
  const overdue = `select coalesce(max(extract(epoch from clock_timestamp() - lease_until)), 0)::float8 as seconds
                   from run_batch where state = 'leased'`;
  await until(
    'no lease is stuck',
    10_000,
    () => stage.sql<{ seconds: number }>(overdue),
    ([row]) => row!.seconds < 3,
  ).catch((error: Error) => stage.claim('F6', false, error.message));
}
