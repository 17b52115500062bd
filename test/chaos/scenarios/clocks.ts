import { spawnSync } from 'node:child_process';
import { lasts } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import { LEASE_MS, type Stage } from '../stage.js';
import { end, runsOf, secondly } from './schedulers.js';

const SECOND = 1_000;

/** What a statement and its commit may take beside the length of a lease. */
const COMMIT_MS = 500;

/** The dynamic linker finds the machine's own copy; the package's program would stand between us and the process. */
const LIBFAKETIME = '/usr/$LIB/faketime/libfaketime.so.1';

/** A process whose clock is wrong by so much, such as `+1h`; it counts elapsed time as all others do. */
const skewed = (by: string): Record<string, string> => ({
  LD_PRELOAD: LIBFAKETIME,
  FAKETIME: by,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
});

/** Whether a clock can be made wrong here. */
function canSkew(): boolean {
  const env = { PATH: process.env.PATH, ...skewed('+1h') };
  const { stdout } = spawnSync('date', ['+%s'], { env, encoding: 'utf8' });
  return Number(stdout) * SECOND - Date.now() > 3_000 * SECOND;
}

/** F18: the clock of one machine is wrong by an hour; the database's clock decides. */
export const f18: Scenario = {
  name: 'F18',
  title: 'the clock of one process an hour ahead, of one an hour behind',
  inDefault: true,
  leasesMayEnd: false,
  missing: () => (canSkew() ? undefined : "Debian's package faketime is not installed"),
  play: async (stage) => {
    await stage.fleet.start(1, skewed('+1h'));
    await stage.fleet.start(1, skewed('-1h'));
    await sendLongerThanALease(stage);

    await stage.sql('delete from contact where id > 20');
    stage.sink.behave({ dotMs: 0 });
    const ids = [
      await stage.launch(secondly({ overlap: 'allow' })),
      await stage.launch(secondly({ overlap: 'allow' })),
    ];
    await runsOf(stage, ids, 1);
    await lasts(stage.seconds * SECOND);
    await end(stage, ids);
    const [far] = await stage.sql<{ runs: number; ms: number }>(
      `select count(*)::int as runs, coalesce(max(abs(extract(epoch from opened_at - scheduled_for))), 0)::float8 * 1000 as ms
       from run where campaign_id = any($1) and status <> 'missed'`,
      [ids],
    );
    stage.notes['furthest from its instant ms'] = Math.round(far!.ms);
    stage.claim('F18', far!.ms <= SECOND, `an occurrence opened ${Math.round(far!.ms)} ms from its instant`);
    stage.claim('F18', far!.runs >= stage.seconds, `${far!.runs} occurrences of two campaigns in ${stage.seconds} s`);
  },
};

/** One run that both processes work on, for longer than a lease lasts: no lease is longer or shorter for a wrong clock. */
async function sendLongerThanALease(stage: Stage): Promise<void> {
  stage.sink.behave({ dotMs: 15 });
  await stage.makeContacts(3_000);
  await stage.launch();
  const begun = performance.now();
  await stage.settle();
  const [leases] = await stage.sql<{ owners: number; longest: number; shortest: number }>(
    `select count(distinct owner)::int as owners,
            max(extract(epoch from lease_until - at))::float8 * 1000 as longest,
            min(extract(epoch from lease_until - at))::float8 * 1000 as shortest
     from chaos_batch where state = 'leased' and intent_upto = 0`,
  );
  const { owners, longest, shortest } = leases!;
  stage.notes['leases ms'] = `${Math.round(shortest)} to ${Math.round(longest)}`;
  stage.claim('F18', owners === 2, `${owners} of the two processes sent`);
  stage.claim('F18', performance.now() - begun > LEASE_MS, 'the run was over before a lease could be');
  stage.claim(
    'F18',
    shortest > LEASE_MS - COMMIT_MS && longest <= LEASE_MS + COMMIT_MS,
    `leases of ${LEASE_MS} ms lasted ${Math.round(shortest)} to ${Math.round(longest)} ms when they were taken`,
  );
}
