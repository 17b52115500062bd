import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutation, MUTATIONS, type Replacement } from './mutations.js';
import { broken, type Result } from './report.js';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** A mutant whose chance was kind once more gets another seed; a whole product must survive every one. */
const TRIES = 3;

/** The invariants that a run of one scenario on a product breaks; none where it passes. */
function brokenBy(product: string, scenario: string, seconds: number, seed: number): string[] {
  const json = join(product, '..', 'figures.json');
  // The runner gives a scenario what it is asked for less what it takes to start and to settle.
  const words = ['--scenario', scenario, '--seconds', String(seconds + 5), '--seed', String(seed)];
  const main = join(DIST, 'test/chaos/main.js');
  const run = spawnSync(process.execPath, [main, ...words, '--product', product, '--json', json], { encoding: 'utf8' });
  if (run.status === null || run.status > 1) throw new Error(`the suite did not run: ${run.stdout}${run.stderr}`);
  const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: Result[] };
  return results.flatMap(({ violations }) => broken(violations));
}

/** A copy of the built product in a folder of its own, with the same packages. */
function copyProduct(): { product: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-mutant-'));
  const product = join(folder, 'dist');
  cpSync(DIST, product, { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { product, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Replaces the one occurrence of a text. Throws where there is none or more than one. */
function replaceOnce(product: string, { file, find, replace }: Replacement): void {
  const path = join(product, file);
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2)
    throw new Error(`${file} has this ${parts.length - 1} times, not once; adapt test/chaos/mutations.ts:\n${find}`);
  writeFileSync(path, parts.join(replace));
}

/** Whether the suite passes with the product whole, and fails for the right reason with the protection removed. */
function prove({ name, removes, scenario, seconds, caughtBy, replacements }: Mutation): boolean {
  const { product, remove } = copyProduct();
  try {
    for (const replacement of replacements) replaceOnce(product, replacement);
    for (let seed = 1; seed <= TRIES; seed += 1) {
      const found = brokenBy(product, scenario, seconds, seed);
      const right = found.filter((invariant) => caughtBy.includes(invariant));
      const verdict =
        right.length > 0
          ? `red, caught by ${right.join(' ')}`
          : `not caught${found.length > 0 ? ` (only ${found.join(' ')})` : ''}`;
      console.log(`${name.padEnd(20)} ${scenario}, seed ${seed}: ${verdict}`);
      if (right.length > 0) return true;
    }
    console.log(`${name}: the suite stays green without ${removes}`);
    return false;
  } finally {
    remove();
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !MUTATIONS.some((mutation) => mutation.name === name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${MUTATIONS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const chosen = MUTATIONS.filter(({ name }) => asked.length === 0 || asked.includes(name));
let proven = 0;
for (const scenario of new Set(chosen.map((mutation) => mutation.scenario))) {
  const seconds = Math.max(...chosen.filter((one) => one.scenario === scenario).map((one) => one.seconds));
  const { product, remove } = copyProduct();
  const found = brokenBy(product, scenario, seconds, 1);
  remove();
  console.log(
    `${'(nothing removed)'.padEnd(20)} ${scenario}, seed 1: ${found.length === 0 ? 'green' : `RED: ${found.join(' ')}`}`,
  );
  if (found.length > 0) process.exit(1);
}
for (const mutation of chosen) if (prove(mutation)) proven += 1;
console.log(`\n${proven} of ${chosen.length} protections are proven: without them the suite is red.`);
process.exit(proven === chosen.length ? 0 : 1);
