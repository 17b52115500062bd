import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migratedDatabase } from './support/database.js';
import { run } from './support/product.js';

jest.setTimeout(120_000);

let database: Awaited<ReturnType<typeof migratedDatabase>>;
const directory = mkdtempSync(join(tmpdir(), 'campanile-code-'));
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(directory, { recursive: true });
});

const cli = async (...args: string[]) => {
  // Times without an offset are not this zone's.
  const env = { DATABASE_URL: database.url, EMAIL_FROM: 'news@example.org', TZ: 'America/Lima' };
  const product = run('cli.js', env, args);
  const code = await product.end();
  return { code, said: product.said() };
};

it('what Pinpoint had becomes files, which are planned, applied and exported; exit codes say how it went', async () => {
  const out = join(directory, 'pinpoint/');
  const [made, exported] = await Promise.all([
    cli('import-pinpoint', 'test/support/pinpoint', '--out', out),
    cli('export'),
  ]);
  // A file and nothing else.
  expect(exported).toMatchObject({ code: 0, said: expect.stringMatching(/^# Campaigns and segments as code/) });
  expect(made).toMatchObject({ code: 0, said: expect.stringContaining('3 campaigns, 6 segments; of ') });
  expect(made.said).toContain('~ Schedule.Timezone "UTC+01" → time_zone: Etc/GMT-1');
  expect(readdirSync(out).sort()).toEqual(['code.yaml', 'monday-brief.yaml', 'segments.yaml', 'welcome.yaml']);
  expect(readFileSync(join(out, 'monday-brief.yaml'), 'utf8')).toContain('schedule_time: 2027-02-01T09:00:00\n');

  // What only a person can translate is refused at its place.
  const refused = await cli('--json', 'plan', out);
  const code = join(out, 'code.yaml');
  expect(refused.code).toBe(1);
  const fault = { file: code, column: 5, message: expect.stringContaining('not_mapped') };
  expect(JSON.parse(refused.said).faults).toEqual([
    expect.objectContaining({ ...fault, pointer: '/campaigns/0/message' }),
  ]);
  writeFileSync(code, readFileSync(code, 'utf8').replace(/\{% not_mapped .* %\}/, '2027'));

  // So is what is not there, each in a sentence and before any database is asked.
  const empty = join(directory, 'empty');
  mkdirSync(empty);
  const [missing, nothing] = await Promise.all([cli('plan', join(empty, 'x.yaml')), cli('apply', empty, '--yes')]);
  expect(missing).toEqual({ code: 1, said: `${join(empty, 'x.yaml')}: there is no such file or folder\n` });
  expect(nothing).toEqual({ code: 1, said: `${empty}: there is no file in it that ends in .yaml or .yml\n` });

  const [planned, unasked] = await Promise.all([cli('plan', out, '--detailed-exit-code'), cli('apply', out)]);
  expect(planned).toMatchObject({ code: 3, said: expect.stringContaining('9 to create, 0 to change, 0 unchanged') });
  expect(unasked).toMatchObject({ code: 1, said: expect.stringContaining('say --yes') });
  const applied = await cli('--json', 'apply', out, '--yes');
  expect([applied.code, JSON.parse(applied.said).applied]).toEqual([0, true]);
});
