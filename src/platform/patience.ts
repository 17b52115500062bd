import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseOutage } from './database-outage.js';

/** SQLSTATEs of trouble that passes though the server is there: deadlock, lock or statement timeout, disk or memory full. */
const passing = /^(?:40001|40P01|53\d{3}|55P03|57014|58030)$/;

/**
 * Asks the database again and again while it is away or in trouble, with growing pauses. For what must not be given up
 * once an intent is committed: nobody else knows what became of those recipients (R16). Only for statements that may
 * be repeated.
 */
export async function throughOutages<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let pause = 50; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseOutage(error) && !passes(error)) throw error;
      await delay(pause);
    }
  }
}

/** How often a transaction is tried that met another of the same rows. */
const TRIES = 5;

/** Whether a statement was cut off because it and others waited for each other in a circle (SQLSTATE 40P01). */
export const isDeadlock = (error: unknown): boolean => (error as { code?: unknown }).code === '40P01';

/** Tries a whole transaction again where it met another at the same moment, for a few times: the other has its turn first. */
export async function throughCollisions<Answer>(
  transaction: () => Promise<Answer>,
  collided: (error: unknown) => boolean = isDeadlock,
): Promise<Answer> {
  for (let tried = 1; ; tried += 1)
    try {
      return await transaction();
    } catch (error) {
      if (!collided(error) || tried === TRIES) throw error;
    }
}

const passes = (error: unknown): boolean => passing.test(String((error as { code?: unknown }).code));

/** Whether work ends within so many milliseconds; once a window, so without an AbortController's cost. */
export function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    work.then(() => resolve(true), reject).finally(() => clearTimeout(timer));
  });
}
