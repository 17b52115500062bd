import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { importFile } from './support/importing.js';

const counts = ['total', 'created', 'updated', 'unchanged', 'duplicates', 'rejected'];

describe('a trial of an import', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await app.request('POST', '/segments', { name: 'by rule', rule: { field: 'email', op: 'exists' } });
    const there = { external_id: 'there', email: 'there@example.com', phone: '+4915112345678' };
    await app.request('POST', '/contacts', there);
  });
  afterAll(() => app.close());

  /** What the same file comes to on a trial and then for real: counts, and the refused lines with their reasons. */
  const both = async (file: string) => {
    const outcomes = [];
    for (const query of ['?dry_run=true', '']) {
      const done = await importFile(app, file, query);
      const { body } = await app.request('GET', `/imports/${done.id}/rejected`);
      const refused = (body as string).split('\r\n').slice(1, -1);
      outcomes.push({ ...Object.fromEntries(counts.map((name) => [name, done[name]])), refused });
    }
    return outcomes;
  };

  it('knows in the last of its rows whom the first would have made and changed, as the import does', async () => {
    const filler = Array.from({ length: 5_000 }, (_, index) => `f${index},f${index}@example.com,`);
    const late = [
      'z0,a@example.com,', // Another's, whom the file makes.
      'z1,there@example.com,', // Given away in the first slice.
      'z2,elsewhere@example.com,', // Where it was given to.
      ',elsewhere@example.com,',
      'a,moved@example.com,',
      'z3,a@example.com,', // Free since the row before.
      ',,+4915112345678',
    ];
    const file = ['external_id,email,phone', 'a,a@example.com,', 'there,elsewhere@example.com,', ...filler, ...late];
    const [trial, real] = await both(`${file.join('\n')}\n`);
    expect(trial).toEqual(real);
    expect(real).toMatchObject({ total: 5_009, created: 5_003, rejected: 2 });
    expect(await app.sql(sql`select from import_trial`)).toEqual([]);
  });

  it('refuses the rows that name a rule, and makes none of the segments that are missing', async () => {
    const file = 'email,segments\nrs1@example.com,by rule\nrs2@example.com,new\n';
    const [trial, real] = await both(file);
    expect(trial).toEqual(real);
    expect(real).toMatchObject({ created: 1, rejected: 1, refused: [expect.stringContaining('is a rule')] });
    expect(await importFile(app, 'email,segments\nrs3@example.com,newer\n', '?dry_run=true')).toMatchObject({
      created: 1,
    });
    const { body } = await app.request('GET', '/segments');
    expect(body.map(({ name }: { name: string }) => name)).toEqual(['by rule', 'new']);
  });
});
