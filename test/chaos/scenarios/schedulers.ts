import { until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';

/** A run as the coverage of a schedule sees it: occurrences from one instant to another, and whether it was opened. */
interface Row {
  from: Date;
  to: Date;
  status: string;
  count: number;
}

const SECOND = 1_000;

/** F3: three schedulers at once, killed at random; each occurrence opens once or is recorded as missed. */
export const f3: Scenario = {
  name: 'F3',
  title: 'kill -9 among three schedulers with secondly campaigns, and due times set back',
  inDefault: false,
  leasesMayEnd: true,
  play: async (stage) => {
    await stage.makeContacts(5);
    await stage.fleet.start(3);
    const policies = ['run_latest', 'run_all', 'skip'];
    const campaigns: number[] = [];
    for (let made = 0; made < 6; made += 1)
      campaigns.push(await stage.launch(secondly({ misfire: policies[made % 3]!, overlap: 'allow' })));
    await runsOf(stage, campaigns, 2);
    let setBacks = 0;
    let kills = 0;
    await stage.every(500, async () => {
      setBacks += await setBack(stage, stage.chance.pick(campaigns));
      if (stage.chance.next() > 0.25) return;
      const victim = stage.chance.pick(stage.fleet.running.filter(({ isReady }) => isReady));
      await stage.fleet.launch();
      if (victim) await stage.fleet.kill(victim);
      kills += 1;
    });
    stage.notes.kills = kills;
    stage.notes['set back'] = setBacks;
    await stage.fleet.all.at(-1)!.ready();
    await runsOf(stage, campaigns, 3);
    await end(stage, campaigns);
    for (const id of campaigns) checkCoverage(stage, id, await rowsOf(stage, id), SECOND);
  },
};

/** F19: nobody is there to schedule for ten minutes, by the database's account of it; what was due is opened or recorded. */
export const f19: Scenario = {
  name: 'F19',
  title: 'schedulers down for ten minutes',
  inDefault: false,
  leasesMayEnd: true,
  play: async (stage) => {
    await stage.makeContacts(5);
    const [first] = await stage.fleet.start(1);
    const kinds = ['run_latest', 'run_all', 'skip'].flatMap((misfire) =>
      [
        { frequency: 'secondly', every: SECOND },
        { frequency: 'minutely', every: 60 * SECOND },
      ].map((kind) => ({ ...kind, misfire })),
    );
    const ids: number[] = [];
    for (const { frequency, misfire } of kinds)
      ids.push(await stage.launch(secondly({ frequency, misfire, overlap: 'allow' })));
    await until(
      'each has run',
      20_000,
      () => countRuns(stage, ids),
      (least) => least >= 1,
    );
    await first!.end('SIGTERM');
    // Ten minutes pass: every instant the product remembers moves back by as much.
    await stage.sql(`update campaign set anchor_at = anchor_at - interval '10 min', next_run_at = next_run_at - interval '10 min',
                       anchor_local = to_char(anchor_local::timestamp - interval '10 min', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`);
    await stage.sql(`update run set scheduled_for = scheduled_for - interval '10 min', opened_at = opened_at - interval '10 min',
                       missed_until = missed_until - interval '10 min', finished_at = finished_at - interval '10 min'`);
    const back = new Date();
    await stage.fleet.start(1);
    await until('each has caught up', 20_000, async () => {
      const rows = await Promise.all(ids.map((id) => rowsOf(stage, id)));
      return rows.every((list) => list.some(({ from, to }) => to > new Date(back.getTime() - 60_000) || from > back));
    });
    await end(stage, ids);
    for (const [index, { misfire, every }] of kinds.entries()) {
      const rows = await rowsOf(stage, ids[index]!);
      checkCoverage(stage, ids[index]!, rows, every);
      const late = rows.filter(
        ({ status, from }) =>
          status !== 'missed' &&
          from < new Date(back.getTime() - 60_000) &&
          from > new Date(back.getTime() - 9 * 60_000),
      );
      const allowed = misfire === 'run_all' ? 10 : misfire === 'run_latest' ? 1 : 0;
      stage.claim(
        'F19',
        late.length <= allowed,
        `${misfire} opened ${late.length} occurrences minutes late; the table says ${allowed} at most`,
      );
    }
  },
};

export const secondly = (overrides: Record<string, unknown>): Record<string, unknown> => ({
  type: 'recurring',
  frequency: 'secondly',
  interval: 1,
  schedule_time: new Date(Math.ceil(Date.now() / SECOND) * SECOND).toISOString(),
  ...overrides,
});

/**
 * A campaign is set back to an occurrence that has its run: what a restored backup, or a scheduler that lost its second
 * half, leaves. The unique pair must keep it from opening again.
 */
async function setBack(stage: Stage, id: number): Promise<number> {
  const rows = await stage.sql<{ id: string }>(
    `update campaign c set next_run_at = r.scheduled_for
     from (select scheduled_for from run where campaign_id = $1 and status in ('processing', 'completed') order by scheduled_for desc limit 1) r
     where c.id = $1 and c.status in ('pending', 'processing') and c.next_run_at is not null returning c.id`,
    [id],
  );
  return rows.length;
}

const rowsOf = (stage: Stage, id: number): Promise<Row[]> =>
  stage.sql<Row>(
    `select scheduled_for as from, coalesce(missed_until, scheduled_for) as to, status, greatest(missed_count, 1)::int as count
     from run where campaign_id = $1 order by scheduled_for`,
    [id],
  );

async function countRuns(stage: Stage, ids: number[]): Promise<number> {
  const counts = await Promise.all(ids.map((id) => rowsOf(stage, id)));
  return Math.min(...counts.map((rows) => rows.length));
}

/** Each campaign opens some more runs; one that does not has lost its schedule. */
export async function runsOf(stage: Stage, ids: number[], more: number): Promise<void> {
  const before = await countRuns(stage, ids);
  await until(
    'every campaign goes on',
    20_000,
    () => countRuns(stage, ids),
    (least) => least >= before + more,
  ).catch(async (error: Error) => {
    const stuck = await stage.sql('select id, status, status_reason, next_run_at from campaign order by id');
    const rows = stuck.map((row) => JSON.stringify(row));
    stage.claim('I6', false, error.message, rows);
  });
}

export async function end(stage: Stage, ids: number[]): Promise<void> {
  for (const id of ids) {
    const { status, body } = await stage.fleet.any.request('POST', `/campaigns/${id}/cancel`);
    stage.claim('F3', status < 300, `cancel was answered ${status} ${JSON.stringify(body)}`);
  }
  await stage.settle();
}

/** I6: the rows cover every occurrence from the first to the last, each once: carried out, skipped or counted as missed. */
function checkCoverage(stage: Stage, id: number, rows: Row[], every: number): void {
  const faults: string[] = [];
  const words = ({ from, to, status, count }: Row): string =>
    `${from.toISOString()} … ${to.toISOString()} ${status} ${count}`;
  rows.forEach((row, index) => {
    const before = rows[index - 1];
    if (before && row.from.getTime() - before.to.getTime() !== every)
      faults.push(`after ${words(before)} comes ${words(row)}`);
    if ((row.to.getTime() - row.from.getTime()) / every + 1 !== row.count) faults.push(`${words(row)} counts wrong`);
  });
  stage.claim(
    'I6',
    faults.length === 0,
    `campaign ${id}: its runs are not the occurrences of its schedule`,
    faults.slice(0, 5),
  );
}
