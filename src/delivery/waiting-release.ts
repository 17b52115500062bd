import type { RawBuilder } from 'kysely';
import { ON_TIME_MS } from '../campaigns/domain/misfire.js';
import { nextAt, wallTimeOf } from '../campaigns/domain/recipient-time.js';
import type { Db } from '../platform/database.js';
import { releaseWaiting, zonesWaiting } from './run-winner.queries.js';

/**
 * Gives who waits for a run's winner its variant: at once, or where recipients' clocks decide, when they next show the hour of
 * the run. A clock that showed it just now is not put off to the next day: a decision comes a little after its time. Under the
 * lock of the run.
 */
export async function releaseToWinner(
  db: Db,
  { id, zonesFrom }: { id: number; zonesFrom: Date | null },
  variant: number,
  clock: RawBuilder<Date>,
): Promise<void> {
  const { zones, now } = await zonesWaiting(db, id, clock);
  const wall = zonesFrom && wallTimeOf(zonesFrom);
  const from = new Date(now.getTime() - ON_TIME_MS);
  const dueAt = zones.map((zone) => ({ zone, at: wall && zone !== null ? nextAt(wall, zone, from) : now }));
  await releaseWaiting(db, id, variant, dueAt);
}
