import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { isOf, readProcessName, writeProcessName } from './process-name.js';
import { PRODUCT_VERSION } from './product-version.js';

it('a process is read from the name that its connections have', () => {
  const own = { version: '1.12.3', pid: 4711, host: 'mail-2.example' };
  const name = writeProcessName(['api', 'sender'], own);
  expect(name).toBe('campanile/1.12.3 api,sender 4711@mail-2.example');
  expect(readProcessName(name)).toEqual({ ...own, roles: ['api', 'sender'] });
  expect(readProcessName(writeProcessName([], own))).toEqual({ ...own, roles: [] });
});

it('a long or odd name of a host is cut and spelled so that PostgreSQL keeps it', () => {
  const name = writeProcessName(['api', 'scheduler', 'sender'], {
    version: '1.2.3',
    pid: 1,
    host: `böse ${'x'.repeat(90)}`,
  });
  expect(name).toHaveLength(63);
  const known = readProcessName(name)!;
  expect(known.host).toMatch(/^b_se_x+$/);
  expect(isOf(known, { pid: 1, host: `böse ${'x'.repeat(90)}` })).toBe(true);
  expect(isOf(known, { pid: 2, host: `böse ${'x'.repeat(90)}` })).toBe(false);
  expect(isOf(known, { pid: 1, host: 'another' })).toBe(false);
});

it('what others call their connections is none of ours', () => {
  for (const name of ['', 'psql', 'campanile', 'campanile/1 api x@y', 'pg_dump campanile/1 api 1@y'])
    expect(readProcessName(name)).toBeNull();
});

it('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(PRODUCT_VERSION).toBe(version);
});
