import { until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import { LANES, LEASE_MS, type Stage, WINDOW } from '../stage.js';

/** F11: people who cannot make up their minds, and then cancel. */
export const f11: Scenario = {
  name: 'F11',
  title: 'pause and resume at random, then cancel',
  inDefault: true,
  leasesMayEnd: false,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 15 });
    const contacts = Math.round(800 * stage.seconds);
    await stage.makeContacts(contacts);
    const processes = await stage.fleet.start(2);
    const id = await stage.launch();
    await stage.taken(50);
    let afterPause = 0;
    const turns = Math.min(20, Math.max(4, Math.floor(stage.seconds * 2)));
    for (let turn = 0; turn < turns; turn += 1) {
      await stage.taken(Math.min(stage.sink.accepted + Math.round(stage.chance.between(1, 150)), contacts / 2));
      if (stage.sink.accepted > contacts / 2) break;
      await order(stage, id, 'pause');
      const paused = stage.sink.accepted;
      await until(
        'nothing is in flight',
        10_000,
        () => inFlight(stage),
        (left) => left === 0,
      );
      afterPause = Math.max(afterPause, stage.sink.accepted - paused);
      await order(stage, id, 'resume');
    }
    const allowed = processes.length * LANES * WINDOW;
    stage.notes['most sent after a pause'] = afterPause;
    stage.claim(
      'F11',
      afterPause <= allowed,
      `${afterPause} messages left after a pause had been answered; ${allowed} can be in flight`,
    );
    await order(stage, id, 'cancel');
    const cancelled = stage.sink.accepted;
    await stage.settle();
    stage.claim(
      'F11',
      stage.sink.accepted - cancelled <= allowed,
      `${stage.sink.accepted - cancelled} messages left after the cancel had been answered`,
    );
    const [sum] = await stage.sql<{ count: number }>(
      `select count(*)::int as count from delivery where outcome = 'sent' or (outcome = 'skipped' and reason = 'cancelled')`,
    );
    stage.claim('F11', sum!.count === contacts, `sent and cancelled are ${sum!.count} of ${contacts}`);
  },
};

/** F12: the content is edited while a run carries the old one. */
export const f12: Scenario = {
  name: 'F12',
  title: 'the content is edited mid-run',
  inDefault: false,
  leasesMayEnd: false,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 15 });
    await stage.makeContacts(Math.round(600 * stage.seconds));
    await stage.fleet.start(2);
    const id = await stage.launch({ subject: 'version 1' });
    await stage.taken(100);
    let edits = 0;
    await stage.every(
      500,
      async () => {
        const { status, body } = await stage.fleet.any.request('PATCH', `/campaigns/${id}`, {
          subject: `version ${edits + 2}`,
        });
        if (status === 200) edits += 1;
        else if (body.code !== 'ACTION_NOT_ALLOWED')
          stage.claim('F12', false, `an edit was answered ${status} ${JSON.stringify(body)}`);
      },
      stage.seconds * 0.6,
    );
    stage.notes.edits = edits;
    await stage.settle();
    const others = stage.sink.journal().filter(({ subject }) => subject !== 'version 1');
    stage.claim(
      'F12',
      others.length === 0,
      `${others.length} messages of the run carry another version`,
      others.slice(0, 3).map((entry) => JSON.stringify(entry)),
    );
  },
};

/** F13: people opt out, or are deleted, while their message is on its way. */
export const f13: Scenario = {
  name: 'F13',
  title: 'one in twenty unsubscribes or is erased mid-run',
  inDefault: false,
  leasesMayEnd: false,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 10 });
    const contacts = Math.round(700 * stage.seconds);
    await stage.makeContacts(contacts);
    await stage.fleet.start(2);
    await stage.launch();
    await stage.taken(50);
    const goneAt = new Map<string, number>();
    const ids = Array.from({ length: Math.round(contacts / 20) }, () =>
      Math.floor(stage.chance.between(1, contacts + 1)),
    );
    for (const id of new Set(ids)) {
      const application = stage.fleet.any;
      const erased = stage.chance.next() < 0.3;
      const { status } = erased
        ? await application.request('DELETE', `/contacts/${id}`)
        : await application.request('PATCH', `/contacts/${id}`, { consent: { email: 'unsubscribed' } });
      if (status < 300) goneAt.set(`c${id}@example.com`, Date.now());
      else stage.claim('F13', false, `an opt-out was answered ${status}`);
    }
    stage.notes['opted out'] = goneAt.size;
    await stage.settle();
    const reached = stage.sink.journal().filter(({ to, mailAt }) => mailAt > (goneAt.get(to) ?? Infinity) + 1_000);
    stage.claim(
      'F13',
      reached.length === 0,
      `${reached.length} were reached more than a second after their opt-out was answered`,
      reached.slice(0, 3).map((entry) => JSON.stringify(entry)),
    );
  },
};

/** F15: a process is told to stop under load; nothing stays in doubt, and its work is taken up at once. */
export const f15: Scenario = {
  name: 'F15',
  title: 'SIGTERM under load, then with a mail server that hangs',
  inDefault: true,
  leasesMayEnd: false,
  play: async (stage) => {
    stage.sink.behave({ dotMs: 15 });
    await stage.makeContacts(Math.round(350 * stage.seconds));
    const [first, second] = await stage.fleet.start(2);
    await stage.launch();
    await stage.taken(100);
    const begun = performance.now();
    const code = await first!.end('SIGTERM');
    stage.notes['drain ms'] = Math.round(performance.now() - begun);
    stage.claim('F15', code === 0, `told to stop it exited with ${code}`, first!.said().split('\n').slice(-5));
    await stage.taken(stage.sink.accepted + 20);

    // Now with answers that do not come: what hangs is in doubt, and nothing else.
    const hangMs = LEASE_MS + 500;
    stage.sink.behave({ faults: [{ stage: 'dot', act: 'hang', share: 0.05, ms: hangMs }] });
    const next = await stage.fleet.launch();
    await next.ready();
    const hung = second!.end('SIGTERM');
    const stopped = performance.now();
    stage.claim(
      'F15',
      (await hung) === 0,
      'with a hung server it did not stop in order',
      second!.said().split('\n').slice(-5),
    );
    // What it began may hang one after the other on one connection; a window on ten connections is five rounds.
    const limit = (hangMs * WINDOW) / 5;
    stage.notes['drain of the hung ms'] = Math.round(performance.now() - stopped);
    stage.claim('F15', performance.now() - stopped < limit, 'with a hung server it took too long to stop');
    stage.sink.behave({ faults: [] });
    await stage.taken(stage.sink.accepted + 1).catch(() => undefined);
    await stage.settle();
    const hungCount = stage.sink.journal().filter(({ end }) => end === 'hung').length;
    const [doubt] = await stage.sql<{ count: number }>(
      `select count(*)::int as count from delivery where outcome = 'in_doubt'`,
    );
    stage.claim('F15', doubt!.count === hungCount, `${doubt!.count} in doubt, ${hungCount} hung`);
  },
};

/** Gives an order until it is answered with success; a campaign that ended meanwhile takes none. */
async function order(stage: Stage, id: number, what: 'pause' | 'resume' | 'cancel'): Promise<void> {
  const { status, body } = await stage.chance.pick(stage.fleet.running).request('POST', `/campaigns/${id}/${what}`);
  stage.claim('F11', status < 300, `${what} was answered ${status} ${JSON.stringify(body)}`);
}

/** Positions that have an intent and no outcome, in leased batches. */
async function inFlight(stage: Stage): Promise<number> {
  const [row] = await stage.sql<{ count: number }>(
    `select coalesce(sum(intent_upto - sent - failed - skipped - in_doubt - deferred), 0)::int as count from run_batch where state = 'leased'`,
  );
  return row!.count;
}
