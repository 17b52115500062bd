import type { RawBuilder } from 'kysely';
import type { Db } from '../../platform/database.js';
import type { CreateContact } from '../contacts.dto.js';
import { IDENTITIES } from '../domain/identity.js';
import { columnsGiven } from './contact-columns.js';
import { changeContacts } from './import-slice.queries.js';
import type { Job } from './imports.queries.js';
import type { Fates } from './slice-fates.js';
import { type Entry, type Known, MADE_ON_TRIAL, type Person } from './slice-plan.js';

/** Whether rows gave somebody another identity; of whom a trial has just made, they did. */
export function isMoved({ now }: Person, before: Known | undefined): boolean {
  return !before || IDENTITIES.some((name) => (now[name] ?? null) !== before[name]);
}

/**
 * What would come of a part of a plan. `known` is how everybody in it was before, by ids: identities are compared with that,
 * which the trial keeps, and what else a row says with what the database has. Nothing is written.
 */
export async function tryOut(
  db: Db,
  now: RawBuilder<Date>,
  job: Job,
  part: Entry[],
  known: ReadonlyMap<number, Known>,
): Promise<Fates> {
  const saidOf = new Map(part.map((entry) => [entry, withoutIdentities(entry.contact)]));
  const changes = part
    .filter(({ person }) => person.id !== null && person.id > MADE_ON_TRIAL)
    .map((entry) => ({ id: entry.person.id!, contact: saidOf.get(entry)! }));
  const changed = await changeContacts(db, now, changes, job);
  const fates: Fates = new Map();
  for (const entry of part) {
    const { person } = entry;
    if (person.id === null) {
      person.id = MADE_ON_TRIAL;
      fates.set(entry, 'created');
      continue;
    }
    const says = person.id > MADE_ON_TRIAL ? changed.has(person.id) : columnsGiven([saidOf.get(entry)!]).length > 0;
    fates.set(entry, says || isMoved(person, known.get(person.id)) ? 'updated' : 'unchanged');
  }
  return fates;
}

const withoutIdentities = ({ external_id: _, email: _email, phone: _phone, ...rest }: CreateContact): CreateContact =>
  rest;
