import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { Metrics } from '../src/platform/metrics.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { SenderCrew } from '../src/sender-crew.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually, expectBalanced } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { samplesOf, valueOf } from './support/metrics.js';
import { ManualClock } from './support/manual-clock.js';

jest.setTimeout(60_000);

const CONTACTS = 300;
const PROGRAM = new URL('../dist/src/sender.js', import.meta.url);

describe('a process at its limit', () => {
  let app: TestApp;
  let crew: SenderCrew;
  beforeAll(async () => {
    // Its further processes have the real time.
    app = await startApp({ clock: new ManualClock(new Date()) });
    crew = new SenderCrew(1, app.databaseUrl, () => true, PROGRAM);
    app.app.get(Metrics).include(() => crew.figures());
    await makeSegment(app, 'all');
    await makeContacts(app, CONTACTS, { segments: ['all'] });
  });
  afterAll(async () => {
    await crew.dismiss();
    await app.close();
  });

  const looks = (count: number, look: { sending: boolean; busy: number }) => {
    for (let at = 0; at < count; at += 1) crew.follow(look);
  };
  const metrics = async () => samplesOf(await app.app.get(Metrics).text());
  const SENT = ['campanile_deliveries_total', { provider: 'sandbox', outcome: 'sent' }] as const;
  const owners = () => app.sql(sql<{ owner: string }>`select distinct owner from run_batch where owner is not null`);

  it('engages no one while it is busy now and then, or with something else', () => {
    looks(3, { sending: true, busy: 0.95 });
    looks(1, { sending: true, busy: 0.4 });
    looks(3, { sending: true, busy: 0.95 });
    looks(9, { sending: false, busy: 1 });
    expect(crew.size).toBe(0);
  });

  it('engages one more after two seconds of sending at its limit, which sends what is ready; and no more than it may', async () => {
    const campaign = await makeCampaign(app, { target_segment: 'all' });
    await app.app.get(Dispatcher).dispatchDue();
    // The test's own provider is not in the product.
    await app.sql(sql`update run set provider = 'sandbox' where campaign_id = ${campaign.id}`);
    looks(4, { sending: true, busy: 0.95 });
    expect(crew.size).toBe(1);
    looks(9, { sending: true, busy: 0.95 });
    expect(crew.size).toBe(1);

    let run = await latestRun(app, campaign.id);
    while (run.status === 'processing') run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ status: 'completed', sent: CONTACTS, pending: 0, in_doubt: 0 });
    await expectBalanced(app, run.id);
    expect(app.providers.email.messages).toHaveLength(0);
  });

  it('shows what it counted with its own, and what it measures beside its own', async () => {
    // On a busy machine it answers later than it is waited for: then its figures are those of before.
    const shown = await eventually(metrics, (seen) => valueOf(seen, ...SENT) === CONTACTS);
    const memory = (process: string) => valueOf(shown, 'campanile_memory_bytes', { kind: 'resident', process });
    expect(memory('sender-2')).toBeGreaterThan(0);
    expect(memory('first')).toBeGreaterThan(0);
    expect(memory('first')).not.toBe(memory('sender-2'));
    expect(valueOf(shown, 'campanile_database_up')).toBe(1);
  });

  it('lets it go after a minute without work, with everything recorded', async () => {
    looks(119, { sending: false, busy: 0 });
    looks(1, { sending: true, busy: 0.1 });
    looks(119, { sending: false, busy: 0 });
    expect(crew.size).toBe(1);
    looks(1, { sending: false, busy: 0 });
    await crew.dismiss();
    expect(crew.size).toBe(0);
    expect(await owners()).toEqual([]);
    const shown = await metrics();
    expect(valueOf(shown, ...SENT)).toBe(CONTACTS);
    expect(valueOf(shown, 'campanile_memory_bytes', { kind: 'resident', process: 'sender-2' })).toBeUndefined();
  });
});
