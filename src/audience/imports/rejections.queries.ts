import { type RawBuilder, sql } from 'kysely';
import { texts } from '../../platform/array-literal.js';
import type { Db } from '../../platform/database.js';
import { mentions, quotes } from '../../platform/mentions.js';
import { nationalDigits, spelledDigits } from '../domain/address.js';
import type { HashKey } from '../domain/suppression.js';
import { identitiesOf, type HashedTraces, type Traces } from '../domain/traces.js';
import { hashOf } from '../suppressions.queries.js';
import type { Rejection } from './slice.js';

/** Refused rows that were kept, after this line; some at a time. */
export async function rejectionsAfter(db: Db, importId: number, line: number): Promise<Rejection[]> {
  const { rows } = await sql<Rejection>`
    select line, reason, cells from import_rejection
    where import_id = ${importId} and line > ${line} order by line limit 20`.execute(db);
  return rows;
}

/** By which HMACs rows are looked for. */
const oneOf = (key: HashKey, identities: readonly string[]) =>
  sql`array(select ${hashOf(sql`g.identity`, key)} from unnest(${texts(identities)}::text[]) g (identity))`;

/**
 * Whether a refused row `r` names who left these traces: by what it was seen to name when it was refused, in whatever spelling;
 * and by the words in it, which finds what stands amid others, and rows that earlier versions refused. A phone number is one
 * however it was written, so its digits are looked for. An external id, which may be short, is a cell or a value of JSON as a
 * whole. All rows are read: there are few, and as a rule only for a month. `whole` asks for addresses that are no part of longer
 * ones: what is told to one person must not be another's, while too much may be forgotten.
 */
function names(key: HashKey, traces: Traces, whole: boolean): RawBuilder<boolean> {
  const { addresses, externalId } = traces;
  const asJson = externalId === null ? null : JSON.stringify(externalId);
  const numbers = sql`regexp_replace(r.cells::text, '[^0-9"]', '', 'g')`;
  return sql<boolean>`(
    r.identities && ${oneOf(key, identitiesOf(traces))}
    or ${whole ? quotes(sql`r.cells::text`, addresses) : mentions(sql`r.cells::text`, addresses)}
    or ${
      whole
        ? quotes(numbers, addresses.flatMap(spelledDigits))
        : mentions(
            numbers,
            addresses.flatMap((address) => nationalDigits(address) ?? []),
          )
    }
    or exists (select from jsonb_array_elements_text(r.cells) c (text)
               where btrim(c.text) = ${externalId} or strpos(c.text, ${asJson}) > 0))`;
}

/** A refused row, and of which import. */
export type RejectedRow = Rejection & { import_id: number };

/** Refused rows that name a person, the newest first. */
export async function rejectionsAbout(db: Db, key: HashKey, traces: Traces): Promise<RejectedRow[]> {
  const { rows } = await sql<RejectedRow>`
    select import_id, line, reason, cells from import_rejection r where ${names(key, traces, true)}
    order by import_id desc, line`.execute(db);
  return rows;
}

/** Forgets refused rows that name a person. */
export async function forgetRejectionsAbout(db: Db, key: HashKey, traces: Traces): Promise<void> {
  await sql`delete from import_rejection r where ${names(key, traces, false)}`.execute(db);
}

/** Whether a refused row names whom only HMACs tell: by what it was seen to name, or by a word that is an address of theirs. */
const namesHashed = (key: HashKey, { addresses, identities }: HashedTraces): RawBuilder<boolean> => sql`(
  r.identities && ${[...addresses, ...identities]}::bytea[]
  or exists (select from regexp_matches(lower(r.cells::text), '[^][{}\\s",;:<>\\\\]+', 'g') w (word)
             where ${hashOf(sql`w.word[1]`, key)} = any(${addresses}::bytea[])))`;

/** Forgets refused rows that name a person of whom only HMACs are known; all rows are read, as above. */
export async function forgetRejectionsNaming(db: Db, key: HashKey, traces: HashedTraces): Promise<void> {
  await sql`delete from import_rejection r where ${namesHashed(key, traces)}`.execute(db);
}

/** Forgets the refused rows of imports that ended before the moment. */
export async function forgetRejections(db: Db, before: RawBuilder<Date>): Promise<void> {
  await sql`
    delete from import_rejection where import_id in (select id from import where finished_at < ${before})`.execute(db);
}
