import { type RawBuilder, sql } from 'kysely';
import type { FactQuestion, IdRange } from '../audience/contact-facts.service.js';

/**
 * Whether a contact was sent a message, or may have been: in doubt counts, for nobody is to get one twice. By way of the
 * runs to the ledger's primary key: there is no index by contact, which every recipient of every run would pay for. A run
 * that ended before `since` has nothing to tell.
 */
export function received(
  contactId: RawBuilder<number>,
  { campaign, since, channel }: FactQuestion,
  { after, through }: IdRange,
): RawBuilder<boolean> {
  const from = since?.toISOString();
  return sql<boolean>`exists (
    select from run r join delivery d on d.run_id = r.id
    where d.contact_id = ${contactId} and d.contact_id > ${after} and d.contact_id <= ${through}
      and d.outcome in ('sent', 'in_doubt')
      ${campaign === null ? sql`` : sql`and r.campaign_id = ${campaign}`}
      ${channel === null ? sql`` : sql`and r.channel = ${channel}`}
      ${from === undefined ? sql`` : sql`and (r.finished_at is null or r.finished_at >= ${from}) and d.at >= ${from}`})`;
}
