import { until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import { type HttpFault, HttpSink } from '../sink/http-sink.js';
import type { Stage } from '../stage.js';

/** What a Retry-After asks for, in seconds. */
const RETRY_AFTER = 5;

/** What was on its way, or granted, when the first 429 was heard. */
const GRACE_MS = 1_000;

/** Requests that one process may have on its way: the connections of a provider. */
const CONNECTIONS = 10;

/** The product waits ten seconds for an answer; these come after that. */
const LATE_MS = 11_000;

const TROUBLE: HttpFault[] = [
  { act: 'fail', share: 0.02 },
  { act: 'truncate', share: 0.01 },
  { act: 'drop', share: 0.01 },
  { act: 'reject', share: 0.01 },
  { act: 'late', share: 0.002, ms: LATE_MS },
];

/** F9: a provider that speaks HTTP and asks to wait, fails after accepting, breaks off and is late. */
export const f9: Scenario = {
  name: 'F9',
  title: 'an HTTP provider that throttles, fails after accepting, breaks off and is late',
  inDefault: false,
  leasesMayEnd: false,
  play: async (stage) => {
    const sink = await HttpSink.start(stage.sink.path, stage.chance.for('http'));
    try {
      await stage.makeContacts(Math.round(60 * stage.seconds));
      await stage.sql(`update contact set phone = '+1555' || lpad(id::text, 7, '0')`);
      await playRun(stage, sink, false);
      const unsure = await outcomes(stage);
      const trouble = stage.sink.journal().filter(({ end }) => end === 'swallowed' || end === 'dropped').length;
      stage.notes['in doubt without keys'] = unsure.in_doubt;
      stage.claim('F9', unsure.in_doubt === trouble, `${unsure.in_doubt} in doubt, ${trouble} left without an answer`);

      await playRun(stage, sink, true);
      const sure = await outcomes(stage);
      stage.claim('F9', sure.in_doubt === 0, `${sure.in_doubt} in doubt though the provider knows a repeat`);
      stage.claim('F9', sure.twice === 0, `${sure.twice} were taken twice though the provider knows a repeat`);
    } finally {
      await sink.stop();
    }
  },
};

/** One run with two processes of its own: first it is throttled, then it meets every other trouble. */
async function playRun(stage: Stage, sink: HttpSink, idempotent: boolean): Promise<void> {
  sink.faults = [];
  sink.answerMs = 10;
  sink.unwelcome.length = 0;
  await Promise.all(stage.fleet.running.map((application) => application.end('SIGTERM')));
  const processes = await stage.fleet.start(2, {
    SMS_HTTP_URL: sink.url,
    SMS_HTTP_IDEMPOTENT: String(idempotent),
    ALLOW_PRIVATE_NETWORKS: 'true',
  });
  const before = sink.taken;
  await stage.launch({ channel: 'sms' });
  await until('some messages are taken', 30_000, () => sink.taken > before + 20);
  const closedAt = performance.now();
  await sink.throttle(RETRY_AFTER);
  const late = sink.unwelcome.filter((at) => at > closedAt + GRACE_MS);
  const kind = idempotent ? 'with keys' : 'without keys';
  stage.notes[`429s ${kind}`] = sink.unwelcome.length;
  stage.claim('F9', sink.unwelcome.length > 0, 'nobody was asked to wait');
  stage.claim('F9', late.length === 0, `${late.length} requests came while all had been asked to wait`);
  const allowed = processes.length * CONNECTIONS * 2;
  stage.claim(
    'F9',
    sink.unwelcome.length <= allowed,
    `${sink.unwelcome.length} requests were put off; ${allowed} can be on their way`,
  );
  sink.faults = TROUBLE;
  await stage.settle(120_000);
}

/** Of the latest run: how many are in doubt, and how many the sink took more than once. */
async function outcomes(stage: Stage): Promise<{ in_doubt: number; twice: number }> {
  const [row] = await stage.sql<{ run: string; in_doubt: number }>(
    `select max(run_id) as run, count(*) filter (where outcome = 'in_doubt')::int as in_doubt
     from delivery where run_id = (select max(id) from run)`,
  );
  const taken = stage.sink
    .journal()
    .filter(({ end, key }) => (end === 'ok' || end === 'swallowed') && key.startsWith(`${row!.run}.`))
    .map(({ key }) => key);
  return { in_doubt: row!.in_doubt, twice: taken.length - new Set(taken).size };
}
