import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { ALL_IDS } from './contact-facts.service.js';
import { worldOf } from './domain/audience.js';
import type { RuleSubject } from './domain/rule-evaluation.js';
import { conditionsOf, factOf, type Happening } from './domain/segment-rule.js';
import type { AudienceQuestion } from './members.queries.js';
import { happened } from './segment-rule.queries.js';

type SubjectRow = RuleSubject['fields'] & {
  attributes: Record<string, unknown>;
  member_of: number[];
  happened: boolean[];
};

/** A contact as the rules of an audience see it, with what they ask of other tables answered; null where it is gone. */
export async function ruleSubject(db: Db, contactId: number, asked: AudienceQuestion): Promise<RuleSubject | null> {
  const question = { ...worldOf(asked.audience, asked.now), facts: asked.facts, ids: ALL_IDS };
  const happenings = new Map(
    asked.audience.segments
      .flatMap(({ rule }) => (rule ? conditionsOf(rule) : []))
      .flatMap(({ condition }) =>
        factOf(condition) ? [[keyOf(condition as Happening), factOf(condition)!] as const] : [],
      ),
  );
  const answers = [...happenings.values()].map(({ name, scope }) => happened(name, scope, question));
  const { rows } = await sql<SubjectRow>`
    select c.email, c.phone, c.external_id, c.first_name, c.last_name, c.locale, c.time_zone, c.email_consent,
           c.sms_consent, c.push_consent, c.created_at, c.updated_at, c.attributes,
           array(select segment_id from segment_member m where m.contact_id = c.id) as member_of,
           to_jsonb(array[${sql.join(answers)}]::boolean[]) as happened
    from contact c where c.id = ${contactId}`.execute(db);
  if (!rows[0]) return null;
  const { attributes, member_of, happened: told, ...fields } = rows[0];
  const truths = new Map([...happenings.keys()].map((key, index) => [key, told[index]!]));
  return {
    fields,
    attributes,
    memberOf: new Set(member_of),
    happened: (what) => truths.get(keyOf(what)) ?? false,
  };
}

const keyOf = (what: Happening): string => JSON.stringify(what);
