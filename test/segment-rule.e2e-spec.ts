import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { ALL_IDS, ContactFactsService } from '../src/audience/contact-facts.service.js';
import { matches, type RuleSubject } from '../src/audience/domain/rule-evaluation.js';
import type { Happening, Rule } from '../src/audience/domain/segment-rule.js';
import { ruleCondition } from '../src/audience/segment-rule.queries.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { contacts, rules } from './support/rules.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const PEOPLE = 120;
const DAY = 86_400_000;
const everyThird = (id: number) => id % 3 === 0;
const before = (days: number) => new Date(NOW.getTime() - days * DAY);

/** What became of a contact in the one run there is, and when. */
const outcomeOf = (id: number) => (['sent', 'failed', 'in_doubt', 'skipped'] as const)[id % 4]!;
const sentAt = (id: number) => before(id % 8);
/** When it opened the message, if it did. */
const openedAt = (id: number) => (id % 5 === 0 ? before(id) : null);
const wasSent = (id: number) => ['sent', 'in_doubt'].includes(outcomeOf(id));

/** Conditions on what happened, each with who fits it by the numbers above. */
const happenings = (campaign: number): [Happening, (id: number) => boolean][] => [
  [{ received: { campaign } }, wasSent],
  [{ received: { campaign: campaign + 1 } }, () => false],
  [{ received: { within_last: '3 days', channel: 'email' } }, (id) => wasSent(id) && sentAt(id) >= before(3)],
  [{ received: { campaign, channel: 'sms' } }, () => false],
  [{ opened: { campaign } }, (id) => openedAt(id) !== null],
  [{ opened: { within_last: '30 days' } }, (id) => openedAt(id) !== null && openedAt(id)! >= before(30)],
  [{ clicked: { campaign } }, () => false],
];

describe('a rule as SQL and as a function', () => {
  let app: TestApp;
  let staticId: number;
  let told: [Happening, (id: number) => boolean][];
  const people = new Map<number, RuleSubject>();
  const world = { now: NOW, rules: new Map<number, Rule | null>() };

  beforeAll(async () => {
    app = await startApp();
    staticId = await makeSegment(app, 'third');
    const run = await carryOut(app);
    told = happenings(run.campaign_id);
    world.rules.set(staticId, null).set(900, { not: { attribute: 'plan', op: 'eq', value: 'pro' } });
    world.rules.set(901, { any: [{ segment: 900 }, { segment: staticId }] });
    const [made] = fc.sample(contacts(PEOPLE), { numRuns: 1, seed: 7 });
    for (const [index, { fields, attributes }] of made!.entries()) {
      const id = index + 1;
      await app.sql(sql`
        insert into contact (id, email, phone, first_name, last_name, locale, time_zone, attributes, email_consent,
                             sms_consent, push_consent, created_at, updated_at)
        values (${id}, ${fields.email}, ${fields.phone}, ${fields.first_name}, ${fields.last_name}, ${fields.locale},
                ${fields.time_zone}, ${JSON.stringify(attributes)}::jsonb, ${fields.email_consent}::consent,
                ${fields.sms_consent}::consent, ${fields.push_consent}::consent, ${fields.created_at},
                ${fields.updated_at})`);
      if (everyThird(id)) await app.sql(sql`insert into segment_member values (${staticId}, ${id})`);
      const memberOf = new Set(everyThird(id) ? [staticId] : []);
      await app.sql(sql`
        insert into delivery (run_id, contact_id, outcome, attempts, at)
        values (${run.id}, ${id}, ${outcomeOf(id)}, 1, ${sentAt(id)})`);
      if (openedAt(id))
        await app.sql(
          sql`insert into engagement (run_id, kind, contact_id, at) values (${run.id}, 'opened', ${id}, ${openedAt(id)})`,
        );
      const happened = (what: Happening) => told.find(([condition]) => condition === what)![1](id);
      people.set(id, { fields, attributes, memberOf, happened });
    }
  });
  afterAll(() => app.close());

  const bySql = async (rule: Rule) => {
    const asked = { ...world, facts: app.app.get(ContactFactsService), ids: ALL_IDS };
    const rows = await app.sql(
      sql<{ id: number }>`select id from contact c where ${ruleCondition(rule, asked)} order by id`,
    );
    return rows.map(({ id }) => id);
  };
  const byFunction = (rule: Rule) =>
    [...people].flatMap(([id, subject]) => (matches(rule, subject, world) ? [id] : []));

  it('agree on who belongs, whatever the rule and the contacts', async () => {
    const facts = told.map(([condition]) => condition);
    const property = fc.asyncProperty(rules([staticId, 900, 901], facts), async (rule) => {
      expect(await bySql(rule)).toEqual(byFunction(rule));
    });
    await fc.assert(property, { numRuns: 600 });
  });

  it('divide everybody: who is not in a rule is in its opposite', async () => {
    const property = fc.asyncProperty(rules([staticId, 900], []), async (rule) => {
      const both = [...(await bySql(rule)), ...(await bySql({ not: rule }))];
      expect(both.sort((a, b) => a - b)).toEqual([...people.keys()]);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
