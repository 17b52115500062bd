import { type EntityManager, IsolationLevel } from '@mikro-orm/postgresql';

/** Reads in one transaction that sees the database as it was at one instant, so that what is read together agrees. */
export function inSnapshot<Read>(em: EntityManager, read: () => Promise<Read>): Promise<Read> {
  return em.transactional(read, { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true });
}
