import { until } from '../deadline.js';
import type { Scenario } from '../scenario.js';

const POISONED = 'c77@example.com';

/** A template that never comes to an end, but only for one contact. */
const ENDLESS = `Hello {{ first_name }}{% if email == '${POISONED}' %}{% for i in (1..3000) %}{% for j in (1..3000) %}x{% endfor %}{% endfor %}{% endif %}`;

/** F14: one contact's message cannot be rendered, and one kills whoever sends it. */
export const f14: Scenario = {
  name: 'F14',
  title: 'poison: a rendering without end, and a message that kills its sender',
  inDefault: false,
  leasesMayEnd: true,
  env: { RETRY_MAX_ATTEMPTS: '3' },
  play: async (stage) => {
    stage.sink.behave({ dotMs: 5 });
    await stage.makeContacts(500);
    await stage.fleet.start(2);
    await stage.launch({ message: ENDLESS });
    await stage.settle();
    const endless = await outcomes();
    stage.claim('F14', endless.poisoned === 'failed', `the message that cannot be rendered is ${endless.poisoned}`);
    stage.claim('F14', endless.others === 499, `${endless.others} of the 499 others were sent`);

    let crashes = 0;
    stage.sink.onPoison = (port) => {
      crashes += 1;
      stage.fleet.all[port]!.signal('SIGKILL');
      void stage.fleet.launch();
    };
    stage.sink.behave({ poison: POISONED });
    await stage.launch({ on_doubt: 'resend' });
    await until('the first crash', 20_000, () => crashes > 0);
    await until('a process is ready again', 30_000, () => stage.fleet.running.some(({ isReady }) => isReady));
    await stage.settle();
    stage.notes.crashes = crashes;
    stage.claim('F14', crashes <= 3, `${crashes} processes died of one message`);
    const deadly = await outcomes();
    stage.notes['the deadly one is'] = deadly.poisoned;
    stage.claim(
      'F14',
      ['failed', 'in_doubt'].includes(deadly.poisoned),
      `the message that kills is ${deadly.poisoned}`,
    );

    async function outcomes(): Promise<{ poisoned: string; others: number }> {
      const [row] = await stage.sql<{ poisoned: string; others: number }>(`
        select max(outcome::text) filter (where contact_id = 77) as poisoned,
               count(*) filter (where contact_id <> 77 and outcome = 'sent')::int as others
        from delivery where run_id = (select max(id) from run)`);
      return row!;
    }
  },
};
