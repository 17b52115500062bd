import { sql } from 'kysely';
import type { FactCondition } from '../audience/contact-facts.service.js';

/** Whether a contact did something with a message: by way of the runs to the primary key of engagement. */
export const engagedWith =
  (kind: 'opened' | 'clicked'): FactCondition =>
  (contactId, { campaign, since, channel }, { after, through }) => sql<boolean>`exists (
    select from run r join engagement e on e.run_id = r.id and e.kind = ${kind}
    where e.contact_id = ${contactId} and e.contact_id > ${after} and e.contact_id <= ${through}
      ${campaign === null ? sql`` : sql`and r.campaign_id = ${campaign}`}
      ${channel === null ? sql`` : sql`and r.channel = ${channel}`}
      ${since === null ? sql`` : sql`and e.at >= ${since.toISOString()}`})`;
