import { expect, it, jest } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDatabase } from './support/database.js';
import { run } from './support/product.js';

jest.setTimeout(60_000);

const cli = async (env: Record<string, string>, ...args: string[]) => {
  const product = run('cli.js', env, args);
  const code = await product.end();
  return { code, said: product.said() };
};

it('a command that looks at what is there makes no database where the settings of the installation are missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-elsewhere-'));
  chmodSync(folder, 0o755);
  const nothing = join(folder, 'nothing');
  for (const words of ['audit verify', 'keys create', 'doctor', 'verify', 'export', 'migrate status', 'migrate down']) {
    const { code, said } = await cli({ DATA_DIR: nothing }, ...words.split(' '));
    expect([words, code, said]).toEqual([
      words,
      1,
      expect.stringMatching(/^There is no database to do this with: .*\n$/),
    ]);
    expect(said).toContain(`DATABASE_URL is not given, and there is none in ${nothing}`);
  }
  expect(existsSync(nothing)).toBe(false);
  const made = await cli({ DATA_DIR: folder }, 'migrate', 'up');
  expect(made).toMatchObject({ code: 0, said: expect.stringContaining('applied: 0001_') });
  expect(readdirSync(folder)).toContain('postgres');
  expect(await cli({ DATA_DIR: folder }, 'keys', 'create')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^ck_live_/m),
  });
  rmSync(folder, { recursive: true });
});

it('verify does not miss the demo data where there are to be none', async () => {
  const database = await emptyDatabase();
  const { code, said } = await cli({ DATABASE_URL: database.url, SEED_DEMO: 'false' }, '--json', 'verify');
  const { ok, checks } = JSON.parse(said) as { ok: boolean; checks: { name: string }[] };
  expect([code, ok, checks.length]).toEqual([0, true, 3]);
  expect(checks.map(({ name }) => name)).not.toContain('seed data is there');
  await database.drop();
});
