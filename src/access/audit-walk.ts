import { createHash } from 'node:crypto';
import type { Db } from '../platform/database.js';
import { entriesAfter, findStray, type Head, readHead, type StoredEntry } from './audit.queries.js';
import { chainText, type ChainedEntry, PRUNED } from './domain/audit-chain.js';

/** What walking the chain found: the entries that were read, the hash at its end, and where it breaks first. */
export interface AuditVerdict {
  entries: number;
  hash: string;
  broken: { id: number; reason: string } | null;
}

/** What somebody who verifies brings along. */
export interface AuditExpectation {
  /** A hash that `audit verify` told before, kept where whoever writes to the database cannot. */
  expected?: string;
  /** Is told how far the walk came. */
  progress?: (entries: number) => void;
}

const WALK = 2_000;

/** The hash of an entry that follows on the one with this hash. */
export const hashOfEntry = (previous: string, entry: ChainedEntry): string =>
  createHash('sha256').update(chainText(previous, entry)).digest('hex');

/** Walks the chain between its ends, in a snapshot: who prunes or appends meanwhile breaks nothing. */
export async function walkChain(db: Db, { expected, progress }: AuditExpectation): Promise<AuditVerdict> {
  const head = await readHead(db);
  if (!head) return { entries: 0, hash: '', broken: { id: 0, reason: 'the head of the chain is gone' } };
  let { base_id: id, base_hash: hash } = head;
  let seen = hash === expected;
  let pruned: StoredEntry | null = null;
  const verdict = (broken: AuditVerdict['broken']): AuditVerdict => ({ entries: id - head.base_id, hash, broken });
  while (id < head.entry_id) {
    const rows = await entriesAfter(db, id, WALK);
    if (rows.length === 0) return verdict({ id: id + 1, reason: 'it is missing, and all after it' });
    for (const row of rows) {
      const broken = breakOf(row, id, hash);
      if (broken) return verdict(broken);
      [id, hash] = [row.id, row.hash];
      seen ||= hash === expected;
      if (row.action === PRUNED) pruned = row;
      if (id === head.entry_id) break;
    }
    progress?.(id - head.base_id);
  }
  const stray = await findStray(db, head);
  if (stray !== null) return verdict({ id: stray, reason: 'it is not in the chain: somebody put it there' });
  const broken = breakAtEnds(head, id, hash) ?? cutOff(head, pruned);
  if (broken || expected === undefined || seen) return verdict(broken);
  return verdict({ id, reason: 'no entry up to here has the expected hash: the log was cut, written anew, or pruned' });
}

function breakOf(row: StoredEntry, previous: number, hash: string): AuditVerdict['broken'] {
  if (row.id !== previous + 1) return { id: previous + 1, reason: 'it is missing' };
  return hashOfEntry(hash, row) === row.hash ? null : { id: row.id, reason: 'it is not what was written' };
}

function breakAtEnds(head: Head, id: number, hash: string): AuditVerdict['broken'] {
  return head.entry_id === id && head.hash === hash ? null : { id, reason: 'the chain does not end as its head says' };
}

/** The last pruning tells what went last; of the versions before it names nothing, and is believed. */
function cutOff({ base_id: base }: Head, pruned: StoredEntry | null): AuditVerdict['broken'] {
  const told = pruned === null ? 0 : pruned.target_id === null ? base : Number(pruned.target_id);
  return told === base ? null : { id: base, reason: 'it and all before it are gone, and no pruning says so' };
}
