import type { Client } from 'pg';
import type { CreateCampaign } from '../src/campaigns/campaigns.dto.js';
import type { Member } from './team.js';

/** The entry of a process of the application, for `startTeam`; it is given an ApplicationPlan. */
export const campanile = new URL('./campanile.js', import.meta.url);

/** What everyone gets where the size of a message does not matter. */
export const shortMessage = {
  subject: 'For {{ first_name }}',
  message: 'Hi {{ first_name | default: "there" }}, this goes to {{ email }}.',
};

/** Makes contacts by number, from the one after `from`: `user1@example.com` and so on. */
export async function makeContacts(db: Client, count: number, from = 0): Promise<void> {
  await db.query(
    `insert into contact (email, first_name, attributes)
     select 'user' || n || '@example.com', 'Name' || n, '{"plan":"pro"}' from generate_series($1::int, $2::int) n`,
    [from + 1, from + count],
  );
  await db.query('vacuum analyze contact');
}

/** A campaign to everyone, due now. */
export function dueNow(content: Pick<CreateCampaign, 'subject' | 'message'>): CreateCampaign {
  return { name: 'Bench', type: 'one_time', schedule_time: new Date().toISOString(), ...content } as CreateCampaign;
}

/** Seconds that the two halves of a round took. */
export interface Round {
  freeze: number;
  send: number;
}

/** One campaign to everyone, frozen by the first process and then sent by all. Throws unless every contact was sent to. */
export async function sendToAll(
  db: Client,
  team: Member[],
  contacts: number,
  content: Pick<CreateCampaign, 'subject' | 'message'> = shortMessage,
): Promise<Round> {
  const [first] = team as [Member, ...Member[]];
  const [id] = await first.ask<number[]>('create', [dueNow(content)]);
  const freeze = await seconds(() => first.ask('freeze'));
  const send = await seconds(() => Promise.all(team.map((member) => member.ask('send'))));
  const { rows } = await db.query('select status, sent::int from run where campaign_id = $1', [id]);
  if (rows[0]?.sent !== contacts || rows[0].status !== 'completed')
    throw new Error(`not all were sent: ${JSON.stringify(rows)}`);
  return { freeze, send };
}

/** How long something took. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
