import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { HitBuffer } from './hit-buffer.js';
import type { HitKeeper } from './hit-keeper.js';
import type { HeardHit, HitGroup } from './hits.queries.js';

const hit = (contactId: number): HeardHit => ({
  runId: 1,
  contactId,
  number: 0,
  at: new Date(0),
  userAgent: '',
  address: null,
  prefetch: false,
  relayed: false,
});

/** A buffer before a keeper that takes nothing until it is told to. */
function buffered() {
  const kept: number[] = [];
  const groups: number[] = [];
  let away = true;
  const tried: HitGroup[] = [];
  const keep = async (group: HitGroup) => {
    const { hits } = group;
    tried.push(group);
    if (away) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    groups.push(hits.length);
    kept.push(...hits.map(({ contactId }) => contactId));
  };
  return {
    buffer: new HitBuffer({ keep } as unknown as HitKeeper),
    kept,
    groups,
    tried,
    comeBack: () => (away = false),
  };
}

describe('hits that wait', () => {
  it('are all kept in their order when the database is back, and so many together', async () => {
    Logger.overrideLogger(false);
    const { buffer, kept, groups, comeBack } = buffered();
    for (let id = 1; id <= 6_000; id += 1) void buffer.add(hit(id));
    await buffer.flush();
    expect(kept).toEqual([]);
    comeBack();
    await buffer.flush();
    expect(kept).toEqual(Array.from({ length: 6_000 }, (_, index) => index + 1));
    expect(groups).toEqual([2_500, 2_500, 1_000]);
  });

  it('are tried again in the very group in which they may have been kept, whatever comes behind', async () => {
    Logger.overrideLogger(false);
    const { buffer, tried, comeBack } = buffered();
    void buffer.add(hit(1));
    await buffer.flush();
    void buffer.add(hit(2));
    comeBack();
    await buffer.flush();
    expect(tried.map(({ nth, hits }) => [nth, hits.map(({ contactId }) => contactId)])).toEqual([
      [1, [1]],
      [1, [1]],
      [2, [2]],
    ]);
    expect(new Set(tried.map(({ writer }) => writer)).size).toBe(1);
  });

  it('are no more than there is room for; what is dropped is counted, and said', async () => {
    const said = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { buffer, kept, comeBack } = buffered();
    for (let id = 1; id <= 100_003; id += 1) void buffer.add(hit(id));
    expect(buffer.dropped).toBe(3);
    comeBack();
    await buffer.flush();
    expect(kept).toHaveLength(100_000);
    expect(said).toHaveBeenCalledWith({ message: 'hits dropped: too many wait', hits: 3 });
  });

  it('of a process that stops are waited for', async () => {
    const { buffer, kept, comeBack } = buffered();
    comeBack();
    void buffer.add(hit(1));
    await buffer.beforeApplicationShutdown();
    expect(kept).toEqual([1]);
    await buffer.add(hit(2));
    expect(kept).toEqual([1, 2]);
  });
});
