import { EntityManager, TransactionPropagation } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { AuditEntryResponse, AuditQuery } from './audit.dto.js';
import { inSnapshot } from '../platform/snapshot.js';
import { type AuditExpectation, type AuditVerdict, hashOfEntry, walkChain } from './audit-walk.js';
import { appendEntry, listEntries, lockHead, pruneEntries, type StoredEntry } from './audit.queries.js';
import { type ActorKind, type ChainedEntry, PRUNED } from './domain/audit-chain.js';

/** Who acts. */
export interface Actor {
  kind: ActorKind;
  id: number | null;
  name: string;
}

/** What is done, to what; `details` hold names, counts and what decides who may do what; no contents, no secrets. */
export interface Act {
  action: string;
  target: string;
  targetId?: string | number | null;
  requestId?: string | null;
  /** From where, as the request says. */
  address?: string | null;
  details?: Record<string, unknown>;
}

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
      await appendEntry(db, { ...entry, hash: hashOfEntry(head.hash, entry) });
    });
  }

  /** Newest first. */
  async list(query: AuditQuery): Promise<Page<AuditEntryResponse>> {
    const rows = await listEntries(this.em.getKysely(), query, decodeCursor(query.cursor), query.limit + 1);
    return Page.cut(rows.map(shown), query.limit, ({ id }) => id);
  }

  /** Walks the chain as it is at this instant, and names the first entry that is not what was written. */
  verify(expectation: AuditExpectation = {}): Promise<AuditVerdict> {
    return inSnapshot(this.em, () => walkChain(this.em.getKysely(), expectation));
  }

  /** Deletes entries older than so many days, SHORTEST_KEPT_DAYS at least, and records that; answers how many. */
  async prune(actor: Actor, days: number): Promise<number> {
    return this.appending(async (em) => {
      await lockHead(em.getKysely());
      const before = new Date(this.clock.now().getTime() - days * DAY_MS);
      const { removed, base } = await pruneEntries(em.getKysely(), before);
      await this.record(actor, { action: PRUNED, target: 'audit', targetId: base, details: { days, removed } });
      return removed;
    });
  }

  private appending<Result>(work: (em: EntityManager) => Promise<Result>): Promise<Result> {
    return this.em.transactional(work, { propagation: TransactionPropagation.REQUIRED });
  }
}

function entryOf(id: number, at: Date, actor: Actor, act: Act): ChainedEntry {
  const { action, target, targetId, requestId = null, address = null, details = {} } = act;
  const who = { actor_kind: actor.kind, actor_id: actor.id, actor_name: actor.name };
  const target_id = targetId == null ? null : String(targetId);
  // As it will be read again: a date is a text by then.
  const kept = JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
  return { id, at, ...who, action, target, target_id, request_id: requestId, address, details: kept };
}

function shown({ actor_kind: kind, actor_id, actor_name: name, ...entry }: StoredEntry): AuditEntryResponse {
  return { ...entry, actor: { kind, id: actor_id, name } };
}
