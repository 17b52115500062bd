import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { schema } from '../src/schema.js';
import { isDatabaseOutage } from '../src/platform/database-outage.js';
import { connectAlone } from '../src/platform/lone-client.js';
import { ormOptions } from '../src/platform/orm.js';
import { FaultProxy } from './chaos/fault-proxy.js';
import { emptyDatabase } from './support/database.js';

// Giving up takes as long as the server's own limit and five seconds, twice.
jest.setTimeout(60_000);

describe('a database that is lost under its connections', () => {
  let database: { url: string; drop: () => Promise<void> };
  let proxy: FaultProxy;
  let orm: MikroORM;
  beforeAll(async () => {
    database = await emptyDatabase();
    const url = new URL(database.url);
    const port = Number(url.port);
    proxy = await FaultProxy.open(
      () => port,
      () => 1,
    );
    url.port = String(proxy.port);
    orm = await MikroORM.init(ormOptions(url.href, 1, schema, 100));
  });
  afterAll(async () => {
    await orm.close();
    proxy.close();
    await database.drop();
  });

  it('without a word is given up as an outage, also inside of a transaction, and the next question takes a new connection', async () => {
    const ask = () => sql`select 1 as one`.execute(orm.em.fork().getKysely());
    expect((await ask()).rows).toEqual([{ one: 1 }]);
    proxy.halfOpen();
    expect(isDatabaseOutage(await ask().catch((error: unknown) => error))).toBe(true);
    expect((await ask()).rows).toEqual([{ one: 1 }]);
    const transaction = orm.em.fork().transactional(async (em) => {
      await sql`select 1`.execute(em.getKysely());
      proxy.halfOpen();
      await sql`select 1`.execute(em.getKysely());
    });
    expect(isDatabaseOutage(await transaction.catch((error: unknown) => error))).toBe(true);
    expect((await ask()).rows).toEqual([{ one: 1 }]);
  });

  it('in the midst of a transaction costs the pool no connection', async () => {
    const lost = orm.em.fork().transactional(async (em) => {
      await sql`select 1`.execute(em.getKysely());
      proxy.reset();
      await sql`select 1`.execute(em.getKysely());
    });
    await expect(lost).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await sql`select 1 as one`.execute(orm.em.fork().getKysely())).rows).toEqual([{ one: 1 }]);
  });

  it('outside of the pool, and while nobody asks anything, is told at the next question and ends nothing else', async () => {
    const alone = await connectAlone({ connectionString: database.url });
    const { rows } = await alone.query<{ pid: number }>('select pg_backend_pid() as pid');
    const ended = new Promise((end) => alone.once('end', end));
    await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(orm.em.fork().getKysely());
    await ended;
    await expect(alone.query('select 1')).rejects.toThrow();
    await alone.end();
  });
});
