import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { Client } from 'pg';
import { lasts, until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';

/** F16: two hundred callers at once and four connections; the senders' leases must not wait behind them. */
export const f16: Scenario = {
  name: 'F16',
  title: '200 API calls at once on 4 connections, two runs going',
  inDefault: false,
  leasesMayEnd: false,
  env: { DATABASE_POOL: '4' },
  play: async (stage) => {
    stage.sink.behave({ dotMs: 10 });
    await stage.makeContacts(Math.round(300 * stage.seconds));
    await stage.fleet.start(2);
    await Promise.all([stage.launch(), stage.launch()]);
    await stage.taken(50);
    const answers = new Map<number, number>();
    const paths = ['/campaigns/', '/contacts?limit=200', '/analytics/', '/runs/1', '/runs/1/deliveries?limit=200'];
    const end = performance.now() + stage.seconds * 700;
    const caller = async (): Promise<void> => {
      while (performance.now() < end) {
        const { status } = await stage.chance.pick(stage.fleet.running).request('GET', stage.chance.pick(paths));
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 200 }, caller));
    for (const [status, count] of answers) stage.notes[`answers ${status}`] = count;
    const strange = [...answers.keys()].filter((status) => ![200, 429, 503].includes(status));
    stage.claim('F16', strange.length === 0, `calls were answered ${strange.join(', ')}`);
    await stage.settle();
  },
};

/** F17: everybody wants the same rows: imports, senders, recovery, people who pause and cancel. */
export const f17: Scenario = {
  name: 'F17',
  title: 'imports, senders, recovery, pause and cancel on the same rows',
  inDefault: false,
  leasesMayEnd: true,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 10 });
    await stage.makeContacts(2_000);
    await stage.fleet.start(2);
    const ids: number[] = [];
    const contacts = Array.from({ length: 300 }, (_, n) => ({ email: `c${n + 1}@example.com`, first_name: 'New' }));
    const orders = ['pause', 'resume', 'resume', 'cancel'];
    const end = performance.now() + stage.seconds * SECOND;
    const strange: string[] = [];
    const asks = async (method: string, path: string, body?: unknown): Promise<void> => {
      const answer = await stage.chance
        .pick(stage.fleet.running.filter(({ isReady }) => isReady))
        .request(method, path, body);
      if (answer.status >= 500 && answer.status !== 503)
        strange.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    };
    const storm = (act: () => Promise<unknown>) => async (): Promise<void> => {
      // A process that is killed under a call gives no answer; that is not what is asked here.
      while (performance.now() < end) await act().catch(() => undefined);
    };
    await Promise.all([
      storm(() => asks('POST', '/contacts/bulk', { contacts: [...contacts].sort(() => stage.chance.next() - 0.5) }))(),
      storm(() => asks('POST', '/contacts/bulk', { contacts: [...contacts].reverse() }))(),
      storm(async () => ids.push(await stage.launch()))(),
      storm(() => asks('POST', `/campaigns/${stage.chance.pick(ids)}/${stage.chance.pick(orders)}`))(),
      storm(() => asks('POST', `/campaigns/${stage.chance.pick(ids)}/${stage.chance.pick(orders)}`))(),
      stage.every(3_000, async () => {
        await stage.fleet.launch();
        await stage.fleet.kill(stage.chance.pick(stage.fleet.running.filter(({ isReady }) => isReady)));
      }),
    ]);
    stage.claim(
      'F17',
      strange.length === 0,
      `${strange.length} calls ended in an error of the server`,
      strange.slice(0, 3),
    );
    const [deadlocks] = await stage.sql<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    stage.notes.deadlocks = deadlocks!.deadlocks;
    await until('a process is ready', 30_000, () => stage.fleet.running.some(({ isReady }) => isReady));
    for (const id of ids) await asks('POST', `/campaigns/${id}/cancel`);
    await stage.settle();
  },
};

const SECOND = 1_000;

/** F20: somebody's transaction stays open for the whole time; what it pins must not slow the engine down. */
export const f20: Scenario = {
  name: 'F20',
  title: 'a transaction left open at full rate',
  inDefault: false,
  leasesMayEnd: false,
  play: async (stage) => {
    await stage.makeContacts(100_000);
    await stage.fleet.start(2);
    for (let made = 0; made < 3; made += 1) await stage.launch();
    await stage.taken(1_000);
    const before = await rate(stage, stage.seconds / 2);
    const idler = new Client({ connectionString: stage.postgres.urlOf(stage.database) });
    await idler.connect();
    await idler.query('begin isolation level repeatable read');
    await idler.query('select count(*) from delivery');
    const during = await rate(stage, stage.seconds);
    await idler.query('rollback');
    await idler.end();
    stage.notes['per second before'] = Math.round(before);
    stage.notes['per second during'] = Math.round(during);
    stage.claim(
      'F20',
      during >= 0.7 * before,
      `${Math.round(during)} messages a second beside an open transaction, ${Math.round(before)} without`,
    );
    const campaigns = await stage.sql<{ id: string }>('select id from campaign');
    for (const { id } of campaigns) await stage.fleet.any.request('POST', `/campaigns/${id}/cancel`);
    await stage.settle();
  },
};

async function rate(stage: Stage, seconds: number): Promise<number> {
  const [begun, from] = [performance.now(), stage.sink.accepted];
  await lasts(seconds * SECOND);
  return ((stage.sink.accepted - from) * SECOND) / (performance.now() - begun);
}

/** F21: the sink's disk is full, and a process of ours has no file descriptor left. */
export const f21: Scenario = {
  name: 'F21',
  title: "the mail server's disk full, a process without file descriptors",
  inDefault: false,
  leasesMayEnd: true,
  missing: () =>
    spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'prlimit (util-linux) is not installed',
  play: async (stage) => {
    stage.sink.behave({ dotMs: 10 });
    await stage.makeContacts(Math.round(400 * stage.seconds));
    const [starved] = await stage.fleet.start(2);
    await stage.launch();
    await stage.taken(200);
    limit(stage.sink.pid, 'fsize', '1000');
    await lasts(stage.seconds * 200);
    limit(stage.sink.pid, 'fsize', '');
    await stage.taken(stage.sink.accepted + 50);
    const descriptors = readdirSync(`/proc/${starved!.pid}/fd`).length;
    limit(starved!.pid, 'nofile', String(descriptors));
    // Its open connections end; it can open no others.
    stage.sink.hangUp();
    stage.fleet.proxies[starved!.index]!.reset();
    await lasts(stage.seconds * 300);
    limit(starved!.pid, 'nofile', '');
    await stage.settle();
    stage.claim(
      'F21',
      starved!.running,
      'a process did not survive the lack of file descriptors',
      starved!.said().split('\n').slice(-5),
    );
  },
};

/** Sets a soft limit of a process, or with nothing lifts it to the hard one. */
function limit(pid: number, what: 'fsize' | 'nofile', soft: string): void {
  const hard = spawnSync('prlimit', ['--pid', String(pid), `--${what}`, '--output', 'HARD', '--noheadings'], {
    encoding: 'utf8',
  });
  const most = hard.stdout.trim();
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--${what}=${soft || most}:${most}`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}
