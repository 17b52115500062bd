import { Injectable } from '@nestjs/common';

/** Chance, injected like the clock: jitter and the sandbox's failures. `random` yields [0, 1). */
@Injectable()
export class Chance {
  readonly random = (): number => Math.random();
}
