import { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { CampaignsService } from '../src/campaigns/campaigns.service.js';
import { RunReportService } from '../src/delivery/run-report.service.js';
import { PageQuery } from '../src/platform/page.dto.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { openApplication } from './application.js';
import { median, perSecond } from './figures.js';

const CONTACTS = 200_000;
const ROUNDS = 5;

/** The dispatch path over 200,000 contacts with a null provider: freezing, then claiming, rendering and recording. */
export async function benchDispatch(): Promise<void> {
  const { app, cpuSeconds, close } = await openApplication(false);
  try {
    const db = app.get(EntityManager).getKysely();
    await sql`insert into contact (email, first_name, attributes)
              select 'user' || n || '@example.com', 'Name' || n, '{"plan":"pro"}' from generate_series(1, ${CONTACTS}::int) n`.execute(
      db,
    );
    await sql`vacuum analyze contact`.execute(db);
    const freezes: number[] = [];
    const sends: number[] = [];
    const costs: { application: number; database: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const campaign = await app.get(CampaignsService).create({
        name: `Round ${round}`,
        type: 'one_time',
        schedule_time: new Date().toISOString(),
        subject: 'For {{ first_name }}',
        message: 'Hi {{ first_name | default: "there" }}, this goes to {{ email }}.',
      });
      freezes.push(CONTACTS / (await seconds(() => freezeAll(app.get(Dispatcher)))));
      const before = cpuSeconds();
      sends.push(CONTACTS / (await seconds(() => app.get(DeliveryService).sendDue())));
      const after = cpuSeconds();
      costs.push(costOf(before, after));
      const [run] = await app.get(RunReportService).ofCampaign(campaign.id, new PageQuery());
      if (run?.sent !== CONTACTS || run.status !== 'completed') throw new Error(`not all sent: ${JSON.stringify(run)}`);
    }
    console.log(
      `dispatch, ${CONTACTS.toLocaleString('en')} contacts, null provider, one process, median of ${ROUNDS} rounds`,
    );
    console.log(`  freeze      ${perSecond(median(freezes))} contacts/s   (${freezes.map(perSecond).join(', ')})`);
    console.log(`  deliveries  ${perSecond(median(sends))} /s            (${sends.map(perSecond).join(', ')})`);
    const application = median(costs.map((cost) => cost.application)).toFixed(1);
    const database = median(costs.map((cost) => cost.database)).toFixed(1);
    console.log(`  processor   ${application} µs application + ${database} µs database per delivery`);
  } finally {
    await close();
  }
}

type Cpu = ReturnType<Awaited<ReturnType<typeof openApplication>>['cpuSeconds']>;

/** Microseconds of processor time per delivery. */
function costOf(before: Cpu, after: Cpu): Cpu {
  const per = (seconds: number) => (seconds * 1e6) / CONTACTS;
  return { application: per(after.application - before.application), database: per(after.database - before.database) };
}

async function freezeAll(dispatcher: Dispatcher): Promise<void> {
  await dispatcher.dispatchDue();
  while (await dispatcher.freeze());
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
