import { Migration } from '@mikro-orm/migrations';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { schema } from '../src/schema.js';
import { migrateUp } from '../src/platform/migrate.js';
import { startApp, type TestApp } from './support/app.js';
import { countsOf, expectBalanced, expectIdentity, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';

/** How long the code that is running may wait for a change of the schema. */
const HELD_UP_MS = 2_000;

/** What the rules of docs/operations.md allow an expanding migration: columns, values and tables that the old code does not know. */
class Expanding extends Migration {
  override up(): void {
    this.addSql(`
      do $$ declare every record; begin
        for every in select relname from pg_class
          where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        loop execute format('alter table %I add column of_the_next_version int not null default 7', every.relname); end loop;
      end $$`);
    this.addSql(`alter type outcome add value 'of_the_next_version'`);
    this.addSql(`create table of_the_next_version (id bigint primary key)`);
    this.addSql(`create index run_of_the_next_version on run (of_the_next_version)`);
  }
}

const next = { ...schema, migrations: [...schema.migrations, { name: '9999_expanding', class: Expanding }] };

describe('a migration of the next version under an application that runs', () => {
  let old: TestApp;
  let campaign: { id: number };
  let sending: Promise<number>;
  let took: number;
  beforeAll(async () => {
    old = await startApp({ env: { BATCH_SIZE: '10', WINDOW_SIZE: '2', SENDER_LANES: '2' } });
    await makeSegment(old, 'all');
    await makeContacts(old, 60, { segments: ['all'] });
    // Whatever is prepared once per connection has been prepared before the schema changes.
    await readEverything();
    campaign = await makeCampaign(old, { target_segment: 'all' });
    const { opened } = gate();
    old.providers.email.answer = async () => {
      if (old.providers.email.messages.length > 6) await opened;
      return { outcome: 'sent', providerMessageId: null };
    };
    sending = old.tick();
    await handedOver(old, 7);
    const begun = performance.now();
    await migrateUp(old.databaseUrl, next);
    took = performance.now() - begun;
  });
  afterEach(openGates);
  afterAll(() => old.close());

  async function readEverything(): Promise<void> {
    const { paths } = (await old.request('GET', '/docs-json')).body as {
      paths: Record<string, Record<string, object>>;
    };
    const simple = Object.keys(paths).filter((path) => 'get' in paths[path]! && !path.includes('{'));
    expect(simple.length).toBeGreaterThan(10);
    for (const path of simple) expect([path, (await old.request('GET', path)).status < 500]).toEqual([path, true]);
    for (const path of ['/campaigns/1', '/contacts/1', '/segments/1', '/runs/1', '/campaigns/1/runs', '/analytics/1'])
      expect([path, (await old.request('GET', path)).status < 500]).toEqual([path, true]);
  }

  it('waits for nobody in flight, and holds nobody up', () => {
    expect(took).toBeLessThan(HELD_UP_MS);
  });

  it('lets the run under way go on to its end, each sent to once', async () => {
    openGates();
    await sending;
    const run = await latestRun(old, campaign.id);
    expect(run).toMatchObject({ status: 'completed', audience: 60, sent: 60 });
    expect(new Set(old.providers.email.addresses()).size).toBe(60);
    expect(old.providers.email.messages).toHaveLength(60);
    await expectBalanced(old, run.id);
  });

  it('leaves the old version able to do all it could', async () => {
    await readEverything();
    const created = await old.request('POST', '/contacts', { email: 'later@example.com', segments: ['all'] });
    expect(created.status).toBe(201);
    const file = await old.request('POST', '/imports', 'email\nimported@example.com\n', { 'content-type': 'text/csv' });
    const draft = await makeCampaign(old, { target_segment: 'all', draft: true });
    expect((await old.request('PATCH', `/campaigns/${draft.id}`, { name: 'Another' })).status).toBe(200);
    expect((await old.request('POST', `/campaigns/${draft.id}/simulate`)).status).toBe(200);
    await old.tick();
    expect((await old.request('GET', `/imports/${file.body.id}`)).body).toMatchObject({ status: 'completed' });
    await old.sql(sql`select setval('run_id_seq', 45000)`);
    const again = await makeCampaign(old, { target_segment: 'all' });
    await old.tick();
    expect(await latestRun(old, again.id)).toMatchObject({ status: 'completed', sent: 61 });
  });

  it('lets old and new share the work while one replaces the other', async () => {
    const fresh = await startApp({
      databaseUrl: old.databaseUrl,
      clock: old.clock,
      env: { BATCH_SIZE: '10', WINDOW_SIZE: '2' },
    });
    old.providers.email.messages.length = 0;
    const shared = await makeCampaign(fresh, { target_segment: 'all' });
    await Promise.all([fresh.tick(), old.tick(), fresh.tick()]);
    const run = await latestRun(fresh, shared.id);
    expectIdentity(await countsOf(fresh, run.id));
    const sent = [...old.providers.email.addresses(), ...fresh.providers.email.addresses()];
    expect([sent.length, new Set(sent).size]).toEqual([61, 61]);
    await fresh.close();
  });
});
