import { expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandStart } from './command-line.js';

it('a command begins as it runs there: by npm in a release, without it in an image, which has no scripts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-image-'));
  writeFileSync(join(folder, 'package.json'), '{}');
  expect(commandStart(folder)).toBe('node dist/src/cli.js');
  mkdirSync(join(folder, 'scripts'));
  writeFileSync(join(folder, 'scripts/build-if-stale.mjs'), '');
  expect(commandStart(folder)).toBe('npm run cli --');
  rmSync(folder, { recursive: true });
});
