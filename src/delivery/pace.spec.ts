import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Pace } from './pace.js';

/** A pace of five a second, its time in the test's hands, and messages that wait for a connection until they are let go. */
function stalled() {
  const clock = { now: 1_000_000 };
  const pace = Object.assign(new Pace(() => clock.now), { limit: 5 });
  const connections: (() => void)[] = [];
  const starts: number[] = [];
  const ask = (mayStart = () => true): void => {
    void pace.release(async (start) => {
      await new Promise<void>((go) => connections.push(go));
      if (!start()) return { outcome: 'deferred', scope: 'provider', code: 'not_started' };
      starts.push(clock.now);
      return { outcome: 'sent', providerMessageId: null };
    }, mayStart);
  };
  /** Gives everything that waits for a connection one, and every other released meanwhile. */
  const connect = async (): Promise<void> => {
    for (let idle = 0; idle < 3; idle += 1) {
      for (const go of connections.splice(0)) go();
      await nextTurn();
    }
  };
  /** Lets time pass until the pace has looked again. */
  const pass = async (milliseconds: number): Promise<void> => {
    clock.now += milliseconds;
    ask(() => false); // who asks is released as others are: that looks
    await connect();
  };
  return { clock, connections, starts, ask, connect, pass };
}

/** The most that started within any second. */
const most = (starts: number[]) =>
  Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length));

describe('the pace of an account', () => {
  it('releases no more than its limit to a provider that stalls, and no more a second once it goes on', async () => {
    const { clock, connections, starts, ask, connect, pass } = stalled();
    for (let count = 0; count < 30; count += 1) {
      ask();
      clock.now += 200;
    }
    await nextTurn();
    expect(connections).toHaveLength(5);
    await connect();
    expect(starts).toHaveLength(5);
    for (let steps = 0; steps < 30; steps += 1) await pass(200);
    expect(starts).toHaveLength(30);
    expect(most(starts)).toBe(5);
  });

  it('keeps no place for what did not start', async () => {
    const { starts, ask, connect } = stalled();
    for (let count = 0; count < 20; count += 1) ask(() => false);
    await connect();
    await connect();
    for (let count = 0; count < 5; count += 1) ask();
    await connect();
    expect(starts).toHaveLength(5);
  });

  it('goes on when the clock is set back, a second after it saw that', async () => {
    const { clock, starts, ask, connect, pass } = stalled();
    for (let count = 0; count < 10; count += 1) ask();
    await connect();
    await pass(-3_600_000);
    await pass(999);
    expect(starts).toHaveLength(5);
    await pass(1);
    expect(starts).toHaveLength(10);
    expect(clock.now).toBeLessThan(1_000_000);
  });

  it('lets a message that is asked about again keep its place for a second, and take another afterwards', async () => {
    const clock = { now: 1_000_000 };
    const pace = Object.assign(new Pace(() => clock.now), { limit: 1 });
    const asked: boolean[] = [];
    await pace.release(
      (start) => {
        for (const later of [0, 999, 1, 0]) {
          clock.now += later;
          asked.push(start());
        }
        return Promise.resolve({ outcome: 'sent', providerMessageId: null });
      },
      () => true,
    );
    expect(asked).toEqual([true, true, true, true]);
    let left = 0;
    void pace.release(
      (start) => ((left += Number(start())), Promise.resolve({ outcome: 'sent', providerMessageId: null })),
      () => true,
    );
    await nextTurn();
    expect(left).toBe(0);
  });
});
