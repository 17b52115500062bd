import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { eachApart, stepsApart } from './each-apart.js';

const lines: string[] = [];
const logger = Object.assign(new Logger(), { error: (line: string) => lines.push(line) });
const gone = Object.assign(new Error('no route'), { code: 'ECONNREFUSED' });
const nameOf = (item: number) => `item ${item}`;

describe('work that is done apart', () => {
  it('goes on after an item that fails, and says which it was', async () => {
    const done: number[] = [];
    lines.length = 0;
    await eachApart([1, 2, 3], nameOf, logger, async (item) => {
      if (item === 2) throw new Error('poison');
      done.push(item);
    });
    expect([done, lines]).toEqual([[1, 3], ['item 2 failed']]);
  });

  it('ends where the database is away', async () => {
    const done: string[] = [];
    const first = () => Promise.reject(gone);
    await expect(stepsApart(logger, { first, second: async () => done.push('second') })).rejects.toBe(gone);
    expect(done).toEqual([]);
  });
});
