import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { Client } from 'pg';
import { recipients } from '../src/audience/audience.queries.js';
import { hashKeyOf } from '../src/audience/domain/suppression.js';
import { ContactFactsService } from '../src/audience/contact-facts.service.js';
import { type Audience, EVERYONE } from '../src/audience/domain/audience.js';
import { members } from '../src/audience/members.queries.js';
import { lockDue, nextDueAt, openRunsOf } from '../src/campaigns/campaigns.queries.js';
import { runsToDecide } from '../src/campaigns/run-decisions.queries.js';
import { followedBefore } from '../src/campaigns/run-retention.queries.js';
import { lockUnfrozen, lockUnreconciled, openRunIds } from '../src/campaigns/runs.queries.js';
import { indexContacts } from '../src/delivery/ledger-index.queries.js';
import { claimBatches } from '../src/delivery/batch.queries.js';
import { endsOf } from '../src/delivery/corrections.queries.js';
import { renewLeases } from '../src/delivery/lease.queries.js';
import { deleteBatches } from '../src/delivery/ledger-partition.queries.js';
import { type BatchRecord, recordBatches, type RecipientsOf } from '../src/delivery/record.queries.js';
import { lockExpired, skipRemaining, takeBack } from '../src/delivery/recovery.queries.js';
import { countRun, freezeSlice, hasUnfinishedBatch } from '../src/delivery/run-ledger.queries.js';
import type { Db } from '../src/platform/database.js';
import { migratedDatabase } from './support/database.js';
import { ALL_RUNS, CONTACTS, fillLedger, FIRST_OPEN, UNFROZEN } from './support/large-ledger.js';
import { flawsOf, type PlanMode } from './support/plans.js';

const FILLING_MS = 120_000;
const now: RawBuilder<Date> = sql`statement_timestamp()`;
const ONE_SEGMENT: Audience = { ...EVERYONE, include: [1], segments: [{ id: 1, name: 'one', rule: null }] };
const membersOf = (audience: Audience, after: number) =>
  members({ audience, now: new Date(), facts: new ContactFactsService() }, { after, through: CONTACTS });
const lease = { owner: 'me', leaseMs: 30_000 };
const turn = { afterRun: FIRST_OPEN + 5, except: [], only: null, carries: ['email/smtp'] };

let database: { url: string; drop: () => Promise<void> };
let client: Client;
let leased: BatchRecord[];
beforeAll(async () => {
  database = await migratedDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  await fillLedger(client);
  leased = await leasedBatches();
  await indexContacts(database.url);
  await client.query('analyze delivery');
}, FILLING_MS);
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Four batches at the end of their first window: most were sent to, some failed, and some are tried again. */
async function leasedBatches(): Promise<BatchRecord[]> {
  const { rows } = await client.query<{ runId: number; seq: number; contactIds: number[] }>(`
    select run_id::int as "runId", seq::int, contact_ids::int[] as "contactIds" from run_batch
    where state = 'leased' and run_id > ${FIRST_OPEN} order by run_id limit 4`);
  return rows.map(({ runId, seq, contactIds }) => ({
    cursor: { runId, seq, epoch: 1, attempt: 1, flush: 0, intentUpto: 100 },
    settlements: contactIds.slice(0, 100).map((contactId, index) =>
      index < 5
        ? {
            kind: 'failed' as const,
            contactId,
            reason: 'smtp_550',
            failedTry: { code: 'smtp_550', transient: false },
          }
        : index < 10
          ? {
              kind: 'deferred' as const,
              contactId,
              retry: { verdict: 'retry', attempt: 2, dueInMs: 60_000 } as never,
            }
          : { kind: 'sent' as const, contactId, providerMessageId: null },
    ),
    retries: [{ contactIds: contactIds.slice(5, 10), attempt: 2, dueInMs: 60_000, doubtful: false }],
    advance: 100,
    contactIds,
    fields: ['first_name'],
    provider: 'smtp',
    channel: 'email' as const,
    caps: [],
  }));
}

const caps = [
  { most: 1, withinMs: 86_400_000 },
  { most: 3, withinMs: 7 * 86_400_000 },
];

const recipientsOf: RecipientsOf = (ids, by, fields) => recipients(ids, by, fields, hashKeyOf(Buffer.alloc(32)));

const statements: [string, (db: Db) => Promise<unknown>][] = [
  ['claiming a batch', (db) => claimBatches(db, now, lease, turn, 1)],
  ['claiming batches for many lanes', (db) => claimBatches(db, now, lease, turn, 16)],
  ['claiming a batch of one run', (db) => claimBatches(db, now, lease, { ...turn, only: FIRST_OPEN + 3 }, 1)],
  ['recording windows and loading the next', (db) => recordBatches(db, now, leased, recipientsOf, 1)],
  ['recording a window where caps hold', (db) => recordBatches(db, now, [{ ...leased[0]!, caps }], recipientsOf, 1)],
  [
    'renewing leases',
    (db) =>
      renewLeases(
        db,
        now,
        lease,
        leased.map(({ cursor }) => cursor),
      ),
  ],
  ['finding a lease that ran out', (db) => lockExpired(db, now)],
  ['taking back a batch', (db) => takeBack(db, now, leased[0]!.cursor, 6)],
  ['skipping what is left', (db) => skipRemaining(db, now)],
  ['freezing a slice of everyone', (db) => freeze(db, membersOf(EVERYONE, CONTACTS / 2))],
  ['freezing a slice of a segment', (db) => freeze(db, membersOf(ONE_SEGMENT, 100_000))],
  ['finding a run to freeze', (db) => lockUnfrozen(db)],
  ['opening the next campaigns', (db) => lockDue(db, now, { most: 32, except: [3, 4], only: null })],
  ['knowing when the next is due', (db) => nextDueAt(db, now, [])],
  ['knowing whether a run is going', (db) => openRunsOf(db, [ALL_RUNS], now)],
  ['listing the open runs', (db) => openRunIds(db)],
  ['asking a run at its end', (db) => hasUnfinishedBatch(db, 1)],
  ['asking a run that is going', (db) => hasUnfinishedBatch(db, FIRST_OPEN)],
  ['counting a run', (db) => countRun(db, FIRST_OPEN)],
  ['looking up ends', (db) => endsOf(db, 3, [200_010, 200_020, 299_999])],
  ['finding winners that are due', (db) => runsToDecide(db, now)],
  ['finding a run to reconcile', (db) => lockUnreconciled(db, now)],
  ['asking for runs past their retention', (db) => followedBefore(db, { from: 0, before: 1_000 }, now)],
  ['forgetting batches', (db) => deleteBatches(db, { from: 0, before: 1_000 })],
];

const freeze = (db: Db, of: RawBuilder<unknown>) =>
  freezeSlice(db, { id: UNFROZEN, dueAt: new Date() }, { members: of, plain: true }, 50_000, 500);

describe.each<PlanMode>(['force_custom_plan', 'force_generic_plan'])('a million rows and %s', (mode) => {
  it.each(statements)('cost %s no more than what it is about', async (_, work) => {
    expect(await flawsOf(client, mode, work)).toEqual([]);
  });
});

describe('the look at plans', () => {
  it('sees a table that is read from end to end, and rows that are thrown away', async () => {
    const bad = (db: Db) => sql`select id from contact where first_name = ${'Name7'}`.execute(db);
    expect(await flawsOf(client, 'force_generic_plan', bad)).toEqual(
      expect.arrayContaining([expect.stringMatching(/Seq Scan contact: reads/)]),
    );
    const wasteful = (db: Db) => sql`select id from run where id < ${900} and channel = ${'sms'}`.execute(db);
    expect(await flawsOf(client, 'force_custom_plan', wasteful)).toEqual([
      expect.stringMatching(/throws away 899 for 0/),
    ]);
  });
});
