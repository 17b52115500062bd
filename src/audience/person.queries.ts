import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Consent } from './contact.entity.js';
import type { Channel } from './domain/channel.js';
import type { HashKey } from './domain/suppression.js';
import { hashOf, pushAddress } from './suppressions.queries.js';

/** A channel by which a person can be reached. */
export interface PersonChannel {
  channel: Channel;
  address: string;
  /** Unsubscribed also where only the list still knows it, whatever a call has said since. */
  status: Consent;
  /** Suppressed by more than that the person unsubscribed from this channel: it cannot be undone by the person. */
  blocked: boolean;
}

/** The channels that a contact has an address for; undefined for a contact that is gone. */
export async function channelsOf(db: Db, key: HashKey, contactId: number): Promise<PersonChannel[] | undefined> {
  const { rows } = await sql<PersonChannel | { channel: null }>`
    with own as materialized (
      select a.channel, a.address, a.status, ${hashOf(sql`a.address`, key)} as hash from contact c
      cross join lateral (values ('email', c.email, c.email_consent), ('sms', c.phone, c.sms_consent),
                                 ('push', ${pushAddress}, c.push_consent)) a (channel, address, status)
      where c.id = ${contactId} and a.address is not null
    )
    select o.channel, o.address,
           case when o.status = 'subscribed' and l.opted_out then 'unsubscribed' else o.status end as status,
           coalesce(l.blocked, false) as blocked
    from contact c left join own o on true
    cross join lateral (
      select bool_or(s.channel = 'all' or s.reason <> 'unsubscribe') as blocked,
             bool_or(s.channel = o.channel and s.reason = 'unsubscribe') as opted_out
      from own x join suppression s on s.address_hash = x.hash
      where s.channel = 'all' or (s.channel = o.channel and x.channel = o.channel)
    ) l
    where c.id = ${contactId}
    order by array_position(array['email', 'sms', 'push'], o.channel)`.execute(db);
  return rows.length === 0 ? undefined : rows.filter((row): row is PersonChannel => row.channel !== null);
}
