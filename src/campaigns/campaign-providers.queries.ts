import { sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { Db } from '../platform/database.js';

/** Whether a campaign that may still run names an account. */
export async function isNamed(db: Db, channel: Channel, name: string): Promise<boolean> {
  const { rows } = await sql<{ named: boolean }>`
    select exists (select from campaign where channel = ${channel} and provider = ${name} and deleted_at is null
                     and status not in ('completed', 'failed', 'cancelled')) as named`.execute(db);
  return rows[0]!.named;
}

/** Lets campaigns that are over go back to the default, so that none names an account that is gone. Not an edit. */
export async function forgetName(db: Db, channel: Channel, name: string): Promise<void> {
  await sql`update campaign set provider = null where channel = ${channel} and provider = ${name}`.execute(db);
}
