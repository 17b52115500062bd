/**
 * Runs every spec with property tests under new seeds, and stops at the first counterexample. The gate itself has one
 * fixed seed; this looks further, by hand: `npm run test:properties -- 20` for twenty seeds.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const rounds = Number(process.argv[2] ?? 5);
const specs = ['src', 'test']
  .flatMap((root) => readdirSync(root, { recursive: true }).map((name) => join(root, name)))
  .filter((name) => name.endsWith('spec.ts') && readFileSync(name, 'utf8').includes("from 'fast-check'"));

for (let round = 1; round <= rounds; round += 1) {
  const seed = String(randomInt(2 ** 31));
  console.log(`round ${round} of ${rounds}: PROPERTY_SEED=${seed}, ${specs.length} specs`);
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...specs];
  const { status } = spawnSync(process.execPath, jest, {
    stdio: 'inherit',
    env: { ...process.env, PROPERTY_SEED: seed },
  });
  if (status !== 0) process.exit(1);
}
