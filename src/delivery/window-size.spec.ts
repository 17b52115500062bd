import { describe, expect, it } from '@jest/globals';
import { WindowSize } from './window-size.js';

describe('the size of windows', () => {
  it('begins small and doubles while nobody waits, up to what a window may have', () => {
    const size = new WindowSize(100);
    const seen = [1, 2, 3, 4].map(() => {
      const { next } = size;
      size.learn(next, 0);
      return next;
    });
    expect(seen).toEqual([25, 50, 100, 100]);
    expect(new WindowSize(3).next).toBe(3);
  });

  it('becomes what the provider takes within a second, and no less than five', () => {
    const size = grown();
    size.learn(100, 4_000);
    expect(size.next).toBe(25);
    size.learn(25, 60_000);
    expect(size.next).toBe(5);
  });

  it('is as small after many lanes that waited in one queue as after one', () => {
    const size = grown();
    for (let lane = 0; lane < 16; lane += 1) size.learn(100, 2_000);
    expect(size.next).toBe(50);
  });

  it('stays where messages wait, but not for long, and grows again once nobody does', () => {
    const size = grown();
    size.learn(100, 5_000);
    size.learn(20, 700);
    expect(size.next).toBe(20);
    size.learn(20, 0);
    expect(size.next).toBe(40);
  });

  it('does not shrink for what is left of a batch, however few went through at once', () => {
    const size = grown();
    size.learn(3, 0);
    expect(size.next).toBe(100);
  });

  const grown = (): WindowSize => {
    const size = new WindowSize(100);
    for (const recipients of [25, 50]) size.learn(recipients, 0);
    return size;
  };
});
