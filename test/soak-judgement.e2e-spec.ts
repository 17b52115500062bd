import { describe, expect, it } from '@jest/globals';
import { judge, type Samples } from './soak/judgement.js';
import { type Point, slope } from './soak/slope.js';

const MB = 2 ** 20;
const TIMES = Array.from({ length: 30 }, (_, n) => n * 6);
const WARM = 60;

const series = (value: (at: number) => number): Point[] => TIMES.map((at) => [at, value(at)]);

/** A process that is well, but for what a test says. */
const samples = (but: Partial<Samples> = {}): Samples => ({
  resident: series(() => 200 * MB),
  heap: series(() => 70 * MB),
  descriptors: series(() => 50),
  handles: series(() => 60),
  late: series(() => 0.02),
  lateBeside: series(() => 0.01),
  busy: series(() => 2),
  ...but,
});

const broken = (seen: Samples): string[] =>
  judge(seen, WARM)
    .filter(({ holds }) => !holds)
    .map(({ what }) => what);

describe('the judgement over a soak', () => {
  it('draws its line through most points, whatever a few of them do', () => {
    const straight = series((at) => 5 + 3 * at);
    const bent = straight.map(([at, value], n): Point => [at, n % 5 === 0 ? value + 10_000 : value]);
    expect(slope(straight)).toBeCloseTo(3);
    expect(slope(bent)).toBeCloseTo(3, 0);
  });

  it('finds nothing in a process that is well, nor in one that grows while it warms up, with bursts at that', () => {
    expect(broken(samples())).toEqual([]);
    const warming = series((at) => (at < WARM ? at * MB : WARM * MB) + (at % 36 === 0 ? 40 * MB : 0));
    expect(broken(samples({ resident: warming, heap: warming }))).toEqual([]);
  });

  it.each([
    ['live objects', { heap: series((at) => 70 * MB + at * 0.1 * MB) }],
    ['resident memory', { resident: series((at) => 200 * MB + at * 0.4 * MB) }],
    ['open descriptors', { descriptors: series((at) => 50 + at * 0.15) }],
    ['active handles', { handles: series((at) => 60 + at * 0.2) }],
    ['timers late', { late: series((at) => (at % 18 === 0 ? 0.01 : 0.2)), lateBeside: series(() => 0.01) }],
  ])('finds what is wrong with %s, and nothing else', (what, but) => {
    const [found, ...others] = broken(samples(but));
    expect(found).toContain(what);
    expect(others).toEqual([]);
  });

  it('does not blame a process for what its machine does to everybody', () => {
    const busy = series(() => 0.8);
    expect(broken(samples({ late: busy, lateBeside: busy }))).toEqual([]);
  });
});
