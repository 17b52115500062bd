import { defineEntity, p } from '@mikro-orm/core';

const count = () => p.integer().default(0);

const RunBatchSchema = defineEntity({
  name: 'RunBatch',
  tableName: 'run_batch',
  indexes: [
    { name: 'run_batch_ready_index', properties: ['runId', 'dueAt', 'seq'], where: `state = 'ready'` },
    {
      name: 'run_batch_parent_index',
      properties: ['runId', 'parentSeq'],
      where: 'parent_seq is not null',
    },
    { name: 'run_batch_leased_index', properties: ['runId'], where: `state = 'leased'` },
    { name: 'run_batch_doubtful_index', properties: ['runId'], where: `doubtful and state <> 'done'` },
  ],
  checks: [
    { name: 'run_batch_state_known', expression: `state in ('ready', 'leased', 'done')` },
    { name: 'run_batch_size_true', expression: `size = cardinality(contact_ids)` },
    { name: 'run_batch_intent_inside', expression: `intent_upto >= 0 and intent_upto <= size` },
    {
      name: 'run_batch_intent_before_result',
      expression: `sent + failed + skipped + in_doubt + deferred <= intent_upto`,
    },
    {
      name: 'run_batch_done_is_settled',
      expression: `state <> 'done' or sent + failed + skipped + in_doubt + deferred = size`,
    },
    {
      name: 'run_batch_lease_has_owner',
      expression: `(state = 'leased') = (lease_until is not null and owner is not null)`,
    },
    {
      name: 'run_batch_counts_not_negative',
      expression: `least(sent, failed, skipped, in_doubt, deferred) >= 0`,
    },
  ],
  properties: {
    runId: p.bigint('number').primary(),
    seq: p.bigint('number').primary().autoincrement().generated('by default as identity'),
    /** The batch this one retries; null for the first attempt. */
    parentSeq: p.bigint('number').nullable(),
    contactIds: p.array().columnType('bigint[]').$type<number[]>(),
    size: p.integer(),
    attempt: p.smallint().default(1),
    dueAt: p.datetime(6),
    state: p.text().$type<'ready' | 'leased' | 'done'>().default('ready'),
    owner: p.text().nullable(),
    /** Rises with every claim and recovery: the fence. */
    epoch: count(),
    /** Rises with every record of one epoch, so that a commit whose answer was lost is recognised. */
    flush: count(),
    leaseUntil: p.datetime(6).nullable(),
    /** Positions below this may have left; positions from here on surely have not. */
    intentUpto: count(),
    sent: count(),
    failed: count(),
    skipped: count(),
    inDoubt: count(),
    /** Moved to a retry batch. */
    deferred: count(),
    /** Leases lost with a message in flight, of this batch or of those its recipients come from: above 0 they go one by one. */
    crashes: count(),
    /** Whether an earlier try may have reached its recipients: whatever else becomes of them but `sent`, they are in doubt. */
    doubtful: p.boolean().default(false),
    /** The account under which it is, or was last, leased; where it is doubtful no other carries it. */
    provider: p.text().nullable(),
    /**
     * The group of a test that all of its recipients are in: a variant's number, WAITING or HELD_OUT; null where the run has
     * no variants. Here and not in the ledger, whose rows it would make longer; retries take it along.
     */
    variant: p.smallint().nullable(),
    /** Whose clock says when its recipients get the winner that they wait for; null where it is at once, and for all others. */
    timeZone: p.text().nullable(),
  },
});

/** Up to 500 recipients of a run: the unit of claiming, of a lease and of a due time. */
export class RunBatch extends RunBatchSchema.class {}
RunBatchSchema.setClass(RunBatch);
