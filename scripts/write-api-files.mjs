/**
 * Writes everything that is made from the API as the built product describes it: openapi.json, the types of the SDK and so of
 * the dashboard, the Bruno collection. With --check it writes nothing and exits with 1 where a file differs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { brunoFiles } from './bruno-collection.mjs';

const COLLECTION = 'bruno';
const check = process.argv.includes('--check');

const text = execFileSync(process.execPath, ['dist/src/cli.js', 'openapi'], { maxBuffer: 64 * 1024 * 1024 });
const document = JSON.parse(text.toString());
const types = astToString(await openapiTS(document));
const files = new Map([
  ['openapi.json', `${JSON.stringify(document, null, 2)}\n`],
  ['sdk/schema.d.ts', types],
  ...[...brunoFiles(document)].map(([path, content]) => [join(COLLECTION, path), content]),
]);

const present = readdirSync(COLLECTION, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name));
const gone = present.filter((path) => !files.has(path));
const changed = [...files].filter(([path, content]) => !existsSync(path) || readFileSync(path, 'utf8') !== content);

for (const path of [...gone, ...changed.map(([path]) => path)])
  console.log(check ? `differs: ${path}` : `written: ${path}`);
if (check) process.exit(gone.length + changed.length > 0 ? 1 : 0);
for (const path of gone) rmSync(path);
for (const [path, content] of changed) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
