import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migratedDatabase } from './support/database.js';
import { run } from './support/product.js';

jest.setTimeout(60_000);

let database: Awaited<ReturnType<typeof migratedDatabase>>;
const directory = mkdtempSync(join(tmpdir(), 'campanile-code-'));
const file = join(directory, 'code.yaml');
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

it('campaigns and segments are planned, applied and exported, and each exit code says how it went', async () => {
  writeFileSync(
    file,
    'segments: [{ name: vip }]\ncampaigns:\n  - { name: Brief, type: one_time, schedule_time: 2027-01-01T10:00, message: Hi }\n',
  );
  const [planned, detailed, unasked] = await Promise.all([
    cli('plan', file),
    cli('plan', file, '--detailed-exit-code'),
    cli('apply', file),
  ]);
  expect(planned).toMatchObject({ code: 0, said: expect.stringContaining('2 to create, 0 to change, 0 unchanged') });
  expect(detailed.code).toBe(3);
  expect(unasked).toMatchObject({ code: 1, said: expect.stringContaining('say --yes') });
  const applied = await cli('--json', 'apply', file, '--yes');
  expect(applied.code).toBe(0);
  expect(JSON.parse(applied.said)).toMatchObject({ applied: true, changes: [{ name: 'vip' }, { name: 'Brief' }] });
  const [again, exported] = await Promise.all([cli('plan', file, '--detailed-exit-code'), cli('export')]);
  expect(again.code).toBe(0);
  writeFileSync(file, exported.said);
  expect(exported.said).toMatch(/^# Campaigns and segments as code/);
  expect((await cli('plan', file)).said).toContain('0 to create, 0 to change, 2 unchanged');
});

it('a file that is refused exits 1 with every place in it, also as JSON; wrong words exit 2', async () => {
  writeFileSync(file, 'campaigns:\n  - name: Wrong\n    colour: red\n');
  const [words, json, none] = await Promise.all([cli('plan', file), cli('--json', 'plan', file), cli('plan')]);
  expect(words).toMatchObject({ code: 1, said: expect.stringContaining(`${file}:3:5: property colour should not`) });
  expect(json.code).toBe(1);
  const fault = { file, line: 3, column: 5, pointer: '/campaigns/0/colour' };
  expect(JSON.parse(json.said).faults).toContainEqual({ ...fault, message: 'property colour should not exist' });
  expect(none.code).toBe(2);
});

it('what Pinpoint had becomes files that are taken over, but for what only a person can translate', async () => {
  const out = join(directory, 'pinpoint/');
  const made = await cli('import-pinpoint', 'test/support/pinpoint', '--out', out);
  expect(made).toMatchObject({ code: 0, said: expect.stringContaining('3 campaigns, 6 segments; of ') });
  expect(made.said).toContain('~ Schedule.Timezone "UTC+01" → time_zone: Etc/GMT-1');
  expect(readdirSync(out).sort()).toEqual(['code.yaml', 'monday-brief.yaml', 'segments.yaml', 'welcome.yaml']);
  const refused = await cli('plan', out);
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(/code\.yaml:\d+:5: .*not_mapped/);
  const code = join(out, 'code.yaml');
  writeFileSync(code, readFileSync(code, 'utf8').replace(/\{% not_mapped .* %\}/, '2027'));
  expect((await cli('apply', out, '--yes')).said).toContain('applied');
  expect((await cli('plan', out, '--detailed-exit-code')).code).toBe(0);
});
