import type { EntityManager } from '@mikro-orm/postgresql';
import type { Db } from '../platform/database.js';
import { limitStatements } from './contact-counts.queries.js';

/** SQLSTATE of a statement that was cut off. */
const CUT_OFF = '57014';

/** What statements in a transaction of their own answer, each within a time limit in milliseconds; null where one was cut off. */
export async function withinLimit<T>(
  em: EntityManager,
  milliseconds: number,
  ask: (db: Db) => Promise<T>,
): Promise<T | null> {
  try {
    return await em.fork().transactional(async (own) => {
      await limitStatements(own.getKysely(), milliseconds);
      return ask(own.getKysely());
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === CUT_OFF) return null;
    throw error;
  }
}
