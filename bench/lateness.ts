import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { CreateCampaign } from '../src/campaigns/campaigns.dto.js';
import { keep, ms, perSecond, quantile } from './figures.js';
import type { Options } from './options.js';
import { campanile, makeContacts } from './rounds.js';
import { connect, openServer } from './server.js';
import { startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const RECIPIENTS = 10;
const SECONDS = 60;
/** Time to create the campaigns in before the first is due. */
const AHEAD_MS = 20_000;
/** Time for the last runs to end in, at most. */
const PATIENCE_MS = 120_000;

/** Campaigns and the processes that have to open them on time. */
interface Scene {
  name: string;
  processes: number;
  campaigns: number;
  /** Occurrences of every campaign. */
  each: number;
  /** What the n-th campaign is, the first being due at `first`. */
  campaign(n: number, first: number): Omit<CreateCampaign, 'name' | 'message'>;
}

/** How late runs of ten recipients open, by the database's clock: alone, many at once, and many every second. */
export async function benchLateness({ numbers }: Options): Promise<void> {
  const { seconds = SECONDS, processes = 2 } = numbers;
  const at = (time: number) => new Date(time).toISOString();
  const once = (time: number) => ({ type: 'one_time' as const, schedule_time: at(time) });
  const secondly = (first: number) => ({
    type: 'recurring' as const,
    frequency: 'secondly' as const,
    schedule_time: at(first),
    max_runs: seconds,
  });
  const scenes: Scene[] = [
    { name: 'one secondly', processes: 1, campaigns: 1, each: seconds, campaign: (_, first) => secondly(first) },
    { name: '20 secondly', processes, campaigns: 20, each: seconds, campaign: (_, first) => secondly(first) },
    { name: '1,000 in a minute', processes, campaigns: 1_000, each: 1, campaign: (n, first) => once(first + n * 60) },
    { name: '1,000 at once', processes, campaigns: 1_000, each: 1, campaign: (_, first) => once(first) },
  ];
  console.log(`lateness, ${RECIPIENTS} recipients a run, after its instant by the database's clock`);
  for (const scene of scenes) await tidily((later) => play(scene, later));
}

async function play(scene: Scene, later: Later): Promise<void> {
  const databaseUrl = await (await openServer(later)).migrated('lateness');
  const db = await connect(databaseUrl, later);
  await makeContacts(db, RECIPIENTS);
  const team = await startTeam(scene.processes, campanile, { databaseUrl, intervals: true }, later);

  const first = Math.ceil((Date.now() + AHEAD_MS) / 1_000) * 1_000;
  const campaigns = Array.from({ length: scene.campaigns }, (_, n) => ({
    name: `${scene.name} ${n}`,
    message: 'Tick',
    ...scene.campaign(n, first),
  }));
  await team[0]!.ask('create', campaigns);
  if (Date.now() > first) throw new Error('the campaigns could not be created before the first was due');
  const last = campaigns.at(-1)!;
  const lasts = last.type === 'recurring' ? scene.each * 1_000 : Date.parse(last.schedule_time) - first;
  await delay(first - Date.now() + lasts);
  await ended(db, scene.campaigns * scene.each);
  const { rows } = await db.query<{ late: number; took: number | null; status: string }>(`
      select extract(epoch from opened_at - scheduled_for)::float8 * 1000 as late, status,
             extract(epoch from finished_at - scheduled_for)::float8 * 1000 as took from run`);
  print(scene, rows);
}

/** Waits for the runs that are still missing or open; what is not there in time is not carried out. */
async function ended(db: Client, expected: number): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(500)) {
    const { rows } = await db.query('select count(finished_at)::int as ended from run');
    if (rows[0].ended >= expected) return;
  }
}

function print(scene: Scene, rows: { late: number; took: number | null; status: string }[]): void {
  const carriedOut = rows.filter(({ status }) => status === 'completed');
  const late = carriedOut.map((row) => row.late);
  const took = carriedOut.map((row) => row.took!);
  const of = (values: number[]) => ({
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
    max: Math.max(...values),
  });
  const say = ({ p50, p99, max }: ReturnType<typeof of>) => `p50 ${ms(p50)}  p99 ${ms(p99)}  max ${ms(max)}`;
  const expected = scene.campaigns * scene.each;
  const others = new Map<string, number>();
  for (const { status } of rows) if (status !== 'completed') others.set(status, (others.get(status) ?? 0) + 1);
  const why = [...others].map(([status, count]) => `, ${perSecond(count)} ${status}`).join('');
  console.log(
    `  ${scene.name}, ${scene.processes} ${scene.processes === 1 ? 'process' : 'processes'}: ${perSecond(carriedOut.length)} of ${perSecond(expected)} occurrences carried out${why}`,
  );
  console.log(`    opened     ${say(of(late))}`);
  console.log(`    completed  ${say(of(took))}`);
  keep(`lateness, ${scene.name}`, {
    processes: scene.processes,
    expected,
    carriedOut: carriedOut.length,
    others: Object.fromEntries(others),
    opened: of(late),
    completed: of(took),
  });
}
