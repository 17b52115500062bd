import type { Client } from 'pg';
import type { CreateCampaign } from '../src/campaigns/campaigns.dto.js';
import { findContacts, writeInBulk } from './contacts.js';
import { keep, median, ms, perSecond, printTable } from './figures.js';
import type { Options } from './options.js';
import { campanile, dueNow, seconds, shortMessage } from './rounds.js';
import { connect, openServer, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const CONTACTS = 1_000_000;
const ROUNDS = 3;
const PREVIEWS = 7;

const attribute = (name: string, op: string, value: unknown) => ({ attribute: name, op, value });
const pro = attribute('plan', 'eq', 'pro');
const young = { field: 'created_at', op: 'within_last', value: '90 days' };

/** Rules to look at, from what is usual to what has to be searched for. */
const previews: Record<string, object> = {
  'plan is pro, made within 90 days': { all: [pro, young] },
  'the same, score, country and not in a segment': {
    all: [
      pro,
      young,
      attribute('score', 'gte', 50),
      attribute('country', 'in', ['DE', 'FR']),
      { not: { segment: 'half' } },
    ],
  },
  'one in a hundred thousand': attribute('number', 'lt', 10),
};

/** Audiences to freeze. */
const audiences: Record<string, Partial<CreateCampaign>> = {
  everyone: {},
  'a static segment': { target_segment: 'half' },
  'a rule: plan is pro (1 in 4)': { target_segment: 'pros' },
  'a rule: pro and made within 90 days (1 in 32)': { target_segment: 'young pros' },
  'two static segments, one left out': { include: ['half', 'third'], exclude: ['tenth'] },
  'a rule and a static segment, a rule left out': { include: ['pros', 'half'], exclude: ['young pros'] },
};

/** How soon a rule can be looked at and a page of contacts be found, what is frozen by rule, and bulk calls beside all of them. */
export function benchSegments(options: Options): Promise<void> {
  return tidily((later) => segments(options, later));
}

async function segments({ numbers }: Options, later: Later): Promise<void> {
  const { contacts = CONTACTS, rounds = ROUNDS } = numbers;
  const server = await openServer(later);
  const databaseUrl = await server.migrated('segments');
  const db = await connect(databaseUrl, later);
  const making = await seconds(() => makePeople(db, contacts));
  const [member] = (await startTeam(1, campanile, { databaseUrl, intervals: false }, later)) as [Member];
  await member.ask('segment', { name: 'pros', rule: pro });
  await member.ask('segment', { name: 'young pros', rule: previews['plan is pro, made within 90 days'] });
  console.log(`segments, ${perSecond(contacts)} contacts (made in ${making.toFixed(0)} s)`);

  const looks: Record<string, { ms: number[]; count: number | null; estimate: number | null }> = {};
  for (const [name, rule] of Object.entries(previews)) looks[name] = await look(member, rule);
  printTable(
    ['preview', 'median', 'count', 'estimate'],
    Object.entries(looks).map(([name, { ms: times, count, estimate }]) => [
      name,
      ms(median(times)),
      count === null ? '-' : perSecond(count),
      estimate === null ? '-' : perSecond(estimate),
    ]),
  );

  const found = await findContacts(member, contacts);
  const frozen: Record<string, { size: number; seconds: number[] }> = {};
  for (const [name, aim] of Object.entries(audiences)) {
    frozen[name] = { size: 0, seconds: [] };
    for (let round = 0; round < rounds; round += 1) {
      await settle(db);
      const taken = await freeze(member, db, aim);
      frozen[name].size = taken.size;
      frozen[name].seconds.push(taken.seconds);
    }
  }
  printTable(
    ['freeze', 'contacts', 'contacts/s', 'looked at/s'],
    Object.entries(frozen).map(([name, { size, seconds: took }]) => [
      name,
      perSecond(size),
      perSecond(size / median(took)),
      perSecond(contacts / median(took)),
    ]),
  );
  const bulk = await writeInBulk(member);
  keep('segments', { contacts, looks, found, frozen, bulk });
}

/** People with a history of two years and some attributes; half, a third and a tenth of them are in static segments. */
async function makePeople(db: Client, count: number): Promise<void> {
  await db.query(
    `insert into contact (email, first_name, locale, time_zone, created_at, attributes)
     select 'user' || n || '@example.com', 'Name' || n, 'en', 'UTC', now() - n % 720 * interval '1 day',
            jsonb_build_object('plan', (array['free', 'pro', 'team', 'trial'])[1 + n / 3 % 4], 'score', n * 7919 % 100,
                               'country', (array['DE', 'FR', 'US', 'IN', 'BR'])[1 + n * 31 % 5], 'number', n * 31 % 1000000)
     from generate_series(1::bigint, $1::bigint) n`,
    [count],
  );
  for (const [name, of] of [
    ['half', 2],
    ['third', 3],
    ['tenth', 10],
  ])
    await db.query(
      `with made as (insert into segment (name) values ($1) returning id)
       insert into segment_member (segment_id, contact_id) select made.id, c.id from made, contact c where c.id % $2::int = 0`,
      [name, of],
    );
  await db.query('vacuum analyze contact, segment_member');
}

async function look(member: Member, rule: object) {
  const times: number[] = [];
  for (;;) {
    const begun = performance.now();
    const { count, estimate } = await member.ask<{ count: number | null; estimate: number | null }>('preview', {
      rule,
    });
    times.push(performance.now() - begun);
    if (times.length === PREVIEWS) return { ms: times, count, estimate };
  }
}

async function freeze(member: Member, db: Client, aim: Partial<CreateCampaign>) {
  const [id] = await member.ask<number[]>('create', [{ ...dueNow(shortMessage), ...aim }]);
  const took = await seconds(() => member.ask('freeze'));
  const { rows } = await db.query<{ size: number }>(
    `select coalesce(sum(b.size), 0)::int as size from run_batch b join run r on r.id = b.run_id where r.campaign_id = $1`,
    [id],
  );
  await member.ask('cancel', id);
  await db.query('truncate run_batch');
  return { size: rows[0]!.size, seconds: took };
}
