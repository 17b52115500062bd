import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { MUTATIONS } from './chaos/mutations.js';

const timesIn = async ({ file, find }: { file: string; find: string }) =>
  (await readFile(new URL(`../dist/${file}`, import.meta.url), 'utf8')).split(find).length - 1;

describe('the proof by mutations', () => {
  it.each(MUTATIONS)('finds what it takes away: $name', async ({ replacements }) => {
    for (const { file, find } of replacements)
      expect([file, find, await timesIn({ file, find })]).toEqual([file, find, 1]);
  });
});
