import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { EntitySchema } from '@mikro-orm/core';
import { entities } from '../src/entities.js';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

it('the architecture says of every table what its rows are', () => {
  const tables = entities.map((entity) => EntitySchema.REGISTRY.get(entity)!.meta.tableName!);
  expect(tables).toContain('delivery');
  const told = new Set([...read('docs/architecture.md').matchAll(/`(\w+)`/g)].map(([, name]) => name!));
  expect(tables.filter((table) => !told.has(table))).toEqual([]);
});

it('no file has more than 250 lines, of the kinds that the linter does not read', () => {
  const files = ['src/dashboard/client', 'ops', 'scripts'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const looked = files.filter((file) => /\.(css|sql|mjs|yaml)$/.test(file));
  expect(looked).toContain('src/dashboard/client/style.css');
  expect(looked.filter((file) => read(file).trimEnd().split('\n').length > 250)).toEqual([]);
});
