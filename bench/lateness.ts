import { setTimeout as delay } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { CampaignsService } from '../src/campaigns/campaigns.service.js';
import { openApplication } from './application.js';
import { quantile } from './figures.js';

const RECIPIENTS = 10;

/** How late a secondly campaign of ten recipients opens, by the database's clock. */
export async function benchLateness(seconds: number): Promise<void> {
  const { app, close } = await openApplication(true);
  try {
    const db = app.get(EntityManager).getKysely();
    await sql`insert into contact (email) select 'user' || n || '@example.com' from generate_series(1, ${RECIPIENTS}::int) n`.execute(
      db,
    );
    await app.get(CampaignsService).create({
      name: 'Every second',
      type: 'recurring',
      frequency: 'secondly',
      schedule_time: new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toISOString(),
      message: 'Tick',
    });
    await delay((seconds + 2) * 1000);
    const { rows } = await sql<{ late: number; status: string; took: number }>`
      select extract(epoch from opened_at - scheduled_for)::float8 * 1000 as late, status,
             extract(epoch from finished_at - scheduled_for)::float8 * 1000 as took
      from run order by scheduled_for`.execute(db);
    const late = rows.map((row) => row.late);
    const took = rows.filter((row) => row.status === 'completed').map((row) => row.took);
    const skipped = rows.filter((row) => row.status === 'skipped' || row.status === 'missed').length;
    console.log(`lateness, secondly campaign, ${RECIPIENTS} recipients, ${rows.length} occurrences in ${seconds} s`);
    console.log(
      `  opened      p50 ${ms(quantile(late, 0.5))}  p99 ${ms(quantile(late, 0.99))}  max ${ms(Math.max(...late))} after its instant`,
    );
    console.log(
      `  completed   p50 ${ms(quantile(took, 0.5))}  p99 ${ms(quantile(took, 0.99))} after its instant; ${skipped} not carried out`,
    );
  } finally {
    await close();
  }
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
