import { Injectable } from '@nestjs/common';

/** Chance, injected like the clock: jitter and the sandbox's failures. `random` yields [0, 1). */
@Injectable()
export class Chance {
  readonly random: () => number = () => Math.random();

  /** A short word that hardly anybody else draws. */
  mark(): string {
    return Math.floor(this.random() * 36 ** 7)
      .toString(36)
      .padStart(7, '0');
  }
}

/** Chance that repeats itself: the same seed, the same numbers (mulberry32). */
export class SeededChance extends Chance {
  override readonly random: () => number;

  constructor(seed: number) {
    super();
    let state = seed >>> 0;
    this.random = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }
}
