import type { Db } from '../../platform/database.js';
import { IDENTITIES } from '../domain/identity.js';
import type { HashKey } from '../domain/suppression.js';
import { erasedAmong, hasErased } from './erased-rows.queries.js';
import type { Rejection, Slice, SliceRow } from './slice.js';

const REASON = 'its person was erased after the file had been uploaded';

/** The rows of a slice that may be written, and those that are refused so far. */
export interface Permitted {
  rows: SliceRow[];
  refused: Rejection[];
}

/**
 * Leaves out of a slice who was erased since its file was uploaded. Nothing of such a row is kept; nor, from then on, of one that
 * is no contact, since nobody can tell whom it is about.
 */
export async function withoutErased(db: Db, key: HashKey, importId: number, slice: Slice): Promise<Permitted> {
  if (!(await hasErased(db, importId))) return { rows: slice.rows, refused: slice.rejections };
  const identitiesOf = ({ contact }: SliceRow) => IDENTITIES.flatMap((name) => contact[name] ?? []);
  const erased = await erasedAmong(db, key, importId, slice.rows.flatMap(identitiesOf));
  const refused = slice.rejections.map(withoutWords);
  const rows = slice.rows.filter((row) => {
    const leaves = identitiesOf(row).some((identity) => erased.has(identity));
    if (leaves) refused.push(withoutWords({ ...row, reason: REASON }));
    return !leaves;
  });
  return { rows, refused };
}

const withoutWords = ({ line, reason, cells }: Rejection): Rejection => ({ line, reason, cells: cells.map(() => '') });
