import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { importFile } from './support/importing.js';

const DAY = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const create = (body: object, key: string) =>
  app.request('POST', '/contacts', body, { 'idempotency-key': key }).then((answer) => answer.body);
const rejected = async (id: number) => (await app.request('GET', `/imports/${id}/rejected`)).body as string;
const keys = async () =>
  (await app.sql(sql<{ key: string }>`select key from idempotency_key order by key`)).map(({ key }) => key);

describe('what is kept on the way', () => {
  let importId: number;

  it('does not outlive the erasure of whom it names, and stays for everybody else', async () => {
    const ada = {
      email: 'ada@example.com',
      phone: '+4915112345678',
      push_subscriptions: [{ token: 'Dev"7', platform: 'ios' }],
    };
    const { id } = await create(ada, 'ada');
    await create({ email: 'bob@example.com', phone: '+4915199999999' }, 'bob');
    const lines = [
      'Ada@Example.com,1',
      ' ada@example.com ,2',
      'nobody,0151 / 123-456 78',
      'nobody,"""Dev""7"',
      'bob@example.com,+49 151 9',
    ];
    importId = (
      await importFile(app, `email,phone,time_zone\n${lines.map((line) => `${line},Nowhere/Land\n`).join('')}`)
    ).id;
    const json = await importFile(app, '{"email":"ADA@example.com","phone":1}\n', '', {
      'content-type': 'application/x-ndjson',
    });
    expect((await rejected(importId)).split('\r\n')).toHaveLength(lines.length + 2);
    await app.request('POST', `/contacts/${id}/erase`);
    expect((await rejected(importId)).trim().split('\r\n')).toEqual([
      'import_line,import_reason,email,phone,time_zone',
      expect.stringMatching(/^6,.*bob@example.com/),
    ]);
    expect((await rejected(json.id)).trim().split('\r\n')).toHaveLength(1);
    expect(await keys()).toEqual(['bob']);
  });

  it('is forgotten a month after the import', async () => {
    app.clock.advance(30 * DAY);
    await app.app.get(Sweeper).housekeep();
    expect(await rejected(importId)).toContain('bob@example.com');
    app.clock.advance(1_000);
    await app.app.get(Sweeper).housekeep();
    expect(await rejected(importId)).not.toContain('bob@example.com');
  });
});
