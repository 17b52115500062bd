import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { importFile } from './support/importing.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('what is kept for a while', () => {
  let app: TestApp;
  let keeper: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { REJECTION_RETENTION_DAYS: '7' } });
    const { databaseUrl, clock } = app;
    keeper = await startApp({ env: { REJECTION_RETENTION_DAYS: '0' }, databaseUrl, clock });
  });
  afterAll(async () => {
    await keeper.close();
    await app.close();
  });
  const housekeep = ({ app: running }: TestApp) => running.get(Sweeper).housekeep();

  it('is the refused rows of an import, for the days that are set, and its counts stay', async () => {
    const { id } = await importFile(app, 'email\nnobody\n');
    const rows = async () => ((await app.request('GET', `/imports/${id}/rejected`)).body as string).trim().split('\n');
    app.clock.advance(7 * DAY - HOUR);
    await housekeep(app);
    expect(await rows()).toHaveLength(2);
    app.clock.advance(2 * HOUR);
    await housekeep(keeper);
    expect(await rows()).toHaveLength(2);
    await housekeep(app);
    expect(await rows()).toHaveLength(1);
    expect((await app.request('GET', `/imports/${id}`)).body).toMatchObject({ total: 1, rejected: 1 });
  });

  it('is the answer to an Idempotency-Key, for a day', async () => {
    const create = async () => {
      const body = { name: 'Kept' };
      return (await app.request('POST', '/segments', body, { 'idempotency-key': 'kept' })).status;
    };
    expect(await create()).toBe(201);
    app.clock.advance(DAY - HOUR);
    await housekeep(app);
    expect(await create()).toBe(201);
    app.clock.advance(2 * HOUR);
    await housekeep(app);
    expect(await create()).toBe(409);
  });
});
