import { until } from '../deadline.js';
import type { Scenario } from '../scenario.js';
import { LANES, type Stage, WINDOW } from '../stage.js';

const CONTACTS = 500;
const POISONED = 77;
const ADDRESS = `c${POISONED}@example.com`;

/** A template that never comes to an end, but only for one contact. */
const ENDLESS = `Hello {{ first_name }}{% if email == '${ADDRESS}' %}{% for i in (1..3000) %}{% for j in (1..3000) %}x{% endfor %}{% endfor %}{% endif %}`;

/** F14: one contact's message cannot be rendered, and one kills whoever sends it. */
export const f14: Scenario = {
  name: 'F14',
  title: 'poison: a rendering without end, and a message that kills its sender',
  inDefault: false,
  leasesMayEnd: true,
  env: { RETRY_MAX_ATTEMPTS: '3' },
  play: async (stage) => {
    stage.sink.behave({ dotMs: 5 });
    await stage.makeContacts(CONTACTS);
    await stage.fleet.start(2);
    await stage.launch({ message: ENDLESS });
    await stage.settle();
    const endless = await outcomes(stage);
    stage.claim('F14', endless.poisoned === 'failed render_error', `what cannot be rendered is ${endless.poisoned}`);
    stage.claim('F14', endless.sent === CONTACTS - 1, `${endless.sent} of the ${CONTACTS - 1} others were sent`);

    let crashes = 0;
    stage.sink.onPoison = (port) => {
      crashes += 1;
      stage.fleet.all[port]!.signal('SIGKILL');
      void stage.fleet.launch();
    };
    stage.sink.behave({ poison: ADDRESS });
    await survive(stage, 'resend');
    const deadly = await outcomes(stage);
    stage.notes['crashes under resend'] = crashes;
    stage.claim('F14', crashes <= 3, `${crashes} processes died of one message`);
    stage.claim('F14', deadly.poisoned === 'in_doubt poison', `the message that kills is ${deadly.poisoned}`);
    stage.claim('F14', deadly.sent === CONTACTS - 1, `${deadly.sent} of the ${CONTACTS - 1} others were sent`);

    // Under hold nobody who may have been sent to is tried again: the first crash is the last.
    crashes = 0;
    await survive(stage, 'hold');
    const held = await outcomes(stage);
    stage.notes['in doubt under hold'] = held.doubtful;
    stage.claim('F14', crashes === 1, `${crashes} processes died of a message that is held`);
    stage.claim('F14', held.poisoned === 'in_doubt lease_lost', `the message that killed once is ${held.poisoned}`);
    stage.claim('F14', held.doubtful <= LANES * WINDOW, `${held.doubtful} are in doubt for one crash`);
    stage.claim('F14', held.sent + held.doubtful === CONTACTS, `${held.sent} sent, ${held.doubtful} in doubt`);
  },
};

/** Sends to everybody, the deadly one among them, until the run is at its end. */
async function survive(stage: Stage, onDoubt: string): Promise<void> {
  const before = stage.fleet.all.length;
  await stage.launch({ on_doubt: onDoubt });
  await until('the first crash', 20_000, () => stage.fleet.all.length > before);
  await until('a process is ready again', 30_000, () => stage.fleet.running.some(({ isReady }) => isReady));
  await stage.settle(90_000);
}

/** What became of the latest run: the poisonous one's end with its reason, and how many were sent to or are in doubt. */
async function outcomes(stage: Stage): Promise<{ poisoned: string; sent: number; doubtful: number }> {
  const [row] = await stage.sql<{ poisoned: string; sent: number; doubtful: number }>(`
    select max(concat_ws(' ', outcome, reason)) filter (where contact_id = ${POISONED}) as poisoned,
           count(*) filter (where outcome = 'sent')::int as sent,
           count(*) filter (where outcome = 'in_doubt')::int as doubtful
    from delivery where run_id = (select max(id) from run)`);
  return row!;
}
