import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migratedDatabase } from './support/database.js';
import { run } from './support/product.js';

jest.setTimeout(60_000);

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
  const product = run('cli.js', { DATABASE_URL: database.url, EMAIL_FROM: 'news@example.org' }, args);
  const code = await product.end();
  return { code, said: product.said() };
};

it('what Pinpoint had becomes files, which are planned, applied and exported; exit codes say how it went', async () => {
  const out = join(directory, 'pinpoint/');
  const made = await cli('import-pinpoint', 'test/support/pinpoint', '--out', out);
  expect(made).toMatchObject({ code: 0, said: expect.stringContaining('3 campaigns, 6 segments; of ') });
  expect(made.said).toContain('~ Schedule.Timezone "UTC+01" → time_zone: Etc/GMT-1');
  expect(readdirSync(out).sort()).toEqual(['code.yaml', 'monday-brief.yaml', 'segments.yaml', 'welcome.yaml']);

  // What only a person can translate is refused at its place.
  const [refused, none] = await Promise.all([cli('--json', 'plan', out), cli('plan')]);
  const code = join(out, 'code.yaml');
  expect([refused.code, none.code]).toEqual([1, 2]);
  const fault = { file: code, column: 5, message: expect.stringContaining('not_mapped') };
  expect(JSON.parse(refused.said).faults).toEqual([
    expect.objectContaining({ ...fault, pointer: '/campaigns/0/message' }),
  ]);
  writeFileSync(code, readFileSync(code, 'utf8').replace(/\{% not_mapped .* %\}/, '2027'));

  const [planned, unasked] = await Promise.all([cli('plan', out, '--detailed-exit-code'), cli('apply', out)]);
  expect(planned).toMatchObject({ code: 3, said: expect.stringContaining('9 to create, 0 to change, 0 unchanged') });
  expect(unasked).toMatchObject({ code: 1, said: expect.stringContaining('say --yes') });
  const applied = await cli('--json', 'apply', out, '--yes');
  expect([applied.code, JSON.parse(applied.said).applied]).toEqual([0, true]);
  const exported = await cli('export');
  expect(exported.said).toMatch(/^# Campaigns and segments as code/);
  expect(exported.said).toContain('  - name: Monday brief\n');
});
