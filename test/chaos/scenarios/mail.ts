import { until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import type { Fault } from '../sink/faults.js';
import { BREAKER_MS, type Stage } from '../stage.js';

/** In a short run a hanging server gives up before the product's own patience (minutes) ends. */
const hangMs = ({ seconds }: Stage): number => (seconds >= 300 ? 10 * 60_000 : 2_500);

const trouble = (stage: Stage): Fault[] => [
  { stage: 'mail', act: 'drop', share: 0.005 },
  { stage: 'mail', act: 'answer', share: 0.005, reply: '451 4.3.0 try later' },
  { stage: 'rcpt', act: 'answer', share: 0.05, reply: '450 4.2.1 not now' },
  { stage: 'rcpt', act: 'answer', share: 0.01, reply: '550 5.1.1 no such user' },
  { stage: 'rcpt', act: 'drop', share: 0.005 },
  { stage: 'rcpt', act: 'slow', share: 0.005, ms: 50 },
  { stage: 'data', act: 'drop', share: 0.005 },
  { stage: 'data', act: 'hang', share: 0.002, ms: hangMs(stage) },
  { stage: 'dot', act: 'answer', share: 0.03, reply: '451 4.3.2 not now' },
  { stage: 'dot', act: 'drop', share: 0.005 },
  { stage: 'dot', act: 'swallow', share: 0.01 },
  { stage: 'dot', act: 'hang', share: 0.002, ms: hangMs(stage) },
  { stage: 'dot', act: 'slow', share: 0.005, ms: 50 },
];

/** F7: a mail server with every vice. */
export const f7: Scenario = {
  name: 'F7',
  title: 'a mail server that tempfails, rejects, drops, swallows, hangs and crawls',
  inDefault: true,
  leasesMayEnd: false,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 5, faults: trouble(stage) });
    await stage.makeContacts(Math.round(125 * stage.seconds));
    await stage.fleet.start(2);
    await Promise.all([stage.launch({ on_doubt: 'hold' }), stage.launch({ on_doubt: 'resend' })]);
    await stage.taken(100);
    await stage.every(
      1_500,
      async () => {
        // A burst: whoever connects or begins now is told to come back.
        const burst: Fault[] = [
          { stage: 'connect', act: 'answer', share: 1, reply: '421 4.7.0 too busy' },
          { stage: 'mail', act: 'answer', share: 0.5, reply: '421 4.3.2 closing' },
        ];
        stage.sink.behave({ faults: [...burst, ...trouble(stage)] });
        await until('the burst is over', 1_000, () => stage.chance.next() < 0.1);
        stage.sink.behave({ faults: trouble(stage) });
      },
      stage.seconds * 0.6,
    );
    await stage.settle(hangMs(stage) * 2 + 60_000);
  },
};

/** F8: nobody is let in for a while: nothing is burnt, and the server is not run over. */
export const f8: Scenario = {
  name: 'F8',
  title: 'the mail server refuses everybody, then recovers',
  inDefault: false,
  leasesMayEnd: false,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 10 });
    await stage.makeContacts(Math.round(400 * stage.seconds));
    const processes = await stage.fleet.start(2);
    await stage.launch();
    await stage.taken(200);
    stage.sink.behave({
      faults: [
        { stage: 'connect', act: 'answer', share: 1, reply: '421 4.3.2 closed for today' },
        { stage: 'mail', act: 'answer', share: 1, reply: '421 4.3.2 closed for today' },
      ],
    });
    const before = stage.sink.connections;
    const closedMs = Math.min(120_000, stage.seconds * 500);
    const end = performance.now() + closedMs;
    await until('the server opens again', closedMs + 1_000, () => performance.now() > end);
    const tries = stage.sink.connections - before;
    stage.notes['connections while closed'] = tries;
    // R19: five errors in a row open it, ten at the most with what is in flight; then one probe for all, twice as late each time.
    const allowed = processes.length * 10 + Math.ceil(Math.log2(closedMs / BREAKER_MS + 1)) + 1;
    stage.claim(
      'F8',
      tries <= allowed,
      `${tries} connections while the server refused everybody; a breaker lets ${allowed} through`,
    );
    stage.sink.behave({ faults: [] });
    await stage.settle(120_000);
    const [burnt] = await stage.sql<{ count: number }>(
      'select count(*)::int as count from delivery where attempts > 1',
    );
    stage.claim('F8', burnt!.count === 0, `${burnt!.count} recipients lost a try to a server that refused everybody`);
    const [other] = await stage.sql<{ count: number }>(
      `select count(*)::int as count from delivery where outcome <> 'sent'`,
    );
    stage.claim('F8', other!.count === 0, `${other!.count} recipients were not delivered`);
  },
};

/** F10: our password stops working in the middle of a run: it pauses, and nobody is failed for it. */
export const f10: Scenario = {
  name: 'F10',
  title: 'the mail server refuses our login mid-run',
  inDefault: false,
  leasesMayEnd: false,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 10, auth: true });
    await stage.makeContacts(Math.round(400 * stage.seconds));
    await stage.fleet.start(2);
    const id = await stage.launch();
    await stage.taken(200);
    stage.sink.behave({ faults: [{ stage: 'auth', act: 'answer', share: 1, reply: '535 5.7.8 bad credentials' }] });
    stage.sink.hangUp();
    await until(
      'the run is paused',
      20_000,
      () => stage.sql('select status from run'),
      ([run]) => run?.status === 'paused',
    );
    const [failed] = await stage.sql<{ count: number }>(
      `select count(*)::int as count from delivery where outcome = 'failed'`,
    );
    stage.claim('F10', failed!.count === 0, `${failed!.count} recipients were failed for our login`);
    stage.sink.behave({ faults: [] });
    await until(
      'the breaker or the operator lets it go on',
      20_000,
      async () => (await stage.fleet.any.request('POST', `/campaigns/${id}/resume`)).status < 300,
    );
    await stage.settle();
  },
};
