import { createHash } from 'node:crypto';
import { EntityManager, TransactionPropagation } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { AuditEntryResponse, AuditQuery } from './audit.dto.js';
import {
  appendEntry,
  entriesAfter,
  type Head,
  listEntries,
  lockHead,
  pruneEntries,
  readHead,
  type StoredEntry,
} from './audit.queries.js';
import { type ActorKind, chainText, type ChainedEntry } from './domain/audit-chain.js';

/** Who acts. */
export interface Actor {
  kind: ActorKind;
  id: number | null;
  name: string;
}

/** What is done, to what; `details` hold names and counts, no contents. */
export interface Act {
  action: string;
  target: string;
  targetId?: string | number | null;
  requestId?: string | null;
  details?: Record<string, unknown>;
}

/** What walking the chain found: the entries that were read, the hash at its end, and where it breaks first. */
export interface AuditVerdict {
  entries: number;
  hash: string;
  broken: { id: number; reason: string } | null;
}

const WALK = 2_000;
const DAY_MS = 86_400_000;

/** The audit log: append-only, and every entry's hash covers the one before. */
@Injectable()
export class AuditService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Appends an entry, in the caller's transaction or one of its own. Whoever calls does so last: the rest waits for it. */
  record(actor: Actor, act: Act): Promise<void> {
    return this.appending(async (em) => {
      const db = em.getKysely();
      const head = await lockHead(db);
      const entry = entryOf(head.entry_id + 1, this.clock.now(), actor, act);
      await appendEntry(db, { ...entry, hash: hashOf(head.hash, entry) });
    });
  }

  /** Newest first. */
  async list(query: AuditQuery): Promise<Page<AuditEntryResponse>> {
    const rows = await listEntries(this.em.getKysely(), query, decodeCursor(query.cursor), query.limit + 1);
    return Page.cut(rows.map(shown), query.limit, ({ id }) => id);
  }

  /** Walks the chain as it is now, and names the first entry that is not what was written; tells how far it came. */
  async verify(progress: (entries: number) => void = () => undefined): Promise<AuditVerdict> {
    const db = this.em.getKysely();
    const head = await readHead(db);
    if (!head) return { entries: 0, hash: '', broken: { id: 0, reason: 'the head of the chain is gone' } };
    let { base_id: id, base_hash: hash } = head;
    const first = id;
    const verdict = (broken: AuditVerdict['broken']): AuditVerdict => ({ entries: id - first, hash, broken });
    while (id < head.entry_id) {
      const rows = await entriesAfter(db, id, WALK);
      if (rows.length === 0) return verdict({ id: id + 1, reason: 'it is missing, and all after it' });
      for (const row of rows) {
        const broken = breakOf(row, id, hash);
        if (broken) return verdict(broken);
        [id, hash] = [row.id, row.hash];
        if (id === head.entry_id) break;
      }
      progress(id - first);
    }
    return verdict(breakAtHead(head, id, hash));
  }

  /** Deletes entries older than so many days, and records that; answers how many. */
  async prune(actor: Actor, days: number): Promise<number> {
    return this.appending(async (em) => {
      await lockHead(em.getKysely());
      const before = new Date(this.clock.now().getTime() - days * DAY_MS);
      const removed = await pruneEntries(em.getKysely(), before);
      await this.record(actor, { action: 'audit.pruned', target: 'audit', details: { days, removed } });
      return removed;
    });
  }

  private appending<Result>(work: (em: EntityManager) => Promise<Result>): Promise<Result> {
    return this.em.transactional(work, { propagation: TransactionPropagation.REQUIRED });
  }
}

function entryOf(id: number, at: Date, actor: Actor, act: Act): ChainedEntry {
  const { action, target, targetId, requestId = null, details = {} } = act;
  const who = { actor_kind: actor.kind, actor_id: actor.id, actor_name: actor.name };
  const target_id = targetId == null ? null : String(targetId);
  return { id, at, ...who, action, target, target_id, request_id: requestId, details };
}

const hashOf = (previous: string, entry: ChainedEntry): string =>
  createHash('sha256').update(chainText(previous, entry)).digest('hex');

function breakOf(row: StoredEntry, previous: number, hash: string): AuditVerdict['broken'] {
  if (row.id !== previous + 1) return { id: previous + 1, reason: 'it is missing' };
  return hashOf(hash, row) === row.hash ? null : { id: row.id, reason: 'it is not what was written' };
}

function breakAtHead(head: Head, id: number, hash: string): AuditVerdict['broken'] {
  return head.entry_id === id && head.hash === hash ? null : { id, reason: 'the chain does not end as its head says' };
}

function shown({ actor_kind: kind, actor_id, actor_name: name, ...entry }: StoredEntry): AuditEntryResponse {
  return { ...entry, actor: { kind, id: actor_id, name } };
}
