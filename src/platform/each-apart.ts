import type { Logger } from '@nestjs/common';
import { isDatabaseOutage } from './database-outage.js';

/**
 * Goes through items one after the other, each apart: one that fails is logged under its name, and the others are worked on
 * all the same. Throws only where the database is away, for then no other would fare better.
 */
export async function eachApart<Item>(
  items: Iterable<Item>,
  nameOf: (item: Item) => string,
  logger: Logger,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (const item of items)
    try {
      await work(item);
    } catch (error) {
      if (isDatabaseOutage(error)) throw error;
      logger.error(`${nameOf(item)} failed`, (error as Error).stack);
    }
}

/** The same for steps, by their names. */
export const stepsApart = (logger: Logger, steps: Record<string, () => Promise<unknown>>): Promise<void> =>
  eachApart(
    Object.entries(steps),
    ([name]) => name,
    logger,
    ([, step]) => step(),
  );
