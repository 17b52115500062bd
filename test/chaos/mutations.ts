/** One text of the compiled product and what stands there instead. It must be there exactly once. */
export interface Replacement {
  /** Below dist/. */
  file: string;
  find: string;
  replace: string;
}

/** A protection taken away, the scenario that must notice, and the invariants of which one must break. */
export interface Mutation {
  name: string;
  removes: string;
  scenario: string;
  /** The time of the scenario's faults, in seconds. */
  seconds: number;
  caughtBy: string[];
  replacements: Replacement[];
}

const records = 'src/delivery/record.queries.js';
const leases = 'src/delivery/lease.queries.js';
const renewal = 'src/delivery/batch-leases.js';
const sender = 'src/delivery/sender.js';
const campaigns = 'src/campaigns/campaigns.queries.js';
const idleRuns = 'src/campaigns/idle-runs.queries.js';
const schema = 'migrations/0002_campaigns.js';
const smtp = 'src/delivery/domain/smtp-reply.js';
const recovery = 'src/delivery/recovery.queries.js';
const sms = 'src/delivery/channels/http/http-sms.provider.js';
const httpReply = 'src/delivery/domain/http-reply.js';

/** Sets the intents of the records' batches by hand, beside the statement that should. */
const intents = (upto: string): string =>
  `for (const { cursor: c } of records) await sql\`update run_batch set intent_upto = ${upto}
     where run_id = \${c.runId} and seq = \${c.seq} and epoch = \${c.epoch}\`.execute(db);`;

const onConflict =
  '\n    on conflict (campaign_id, scheduled_for) do nothing\n    returning campaign_id as campaign, id`';

/** What the suite must notice. Adapt the texts when the product's change; a text that is not found fails loudly. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'fence',
    removes: 'the epoch from the fence of recordBatches: a zombie writes over its successor',
    scenario: 'F4',
    seconds: 12,
    caughtBy: ['I1', 'I2', 'I3', 'I4', 'I5', 'I7', 'F4'],
    replacements: [
      {
        file: records,
        find: "and b.epoch = a.epoch and b.flush = a.flush and b.state = 'leased'",
        replace: '',
      },
    ],
  },
  {
    name: 'intent',
    removes: 'the intent before the first byte: it is committed together with the result',
    scenario: 'F1',
    seconds: 6,
    caughtBy: ['I4', 'I8'],
    replacements: [
      {
        file: records,
        find: 'const { rows } = await sql `${prepared}',
        replace: `${intents('${c.intentUpto}')} const { rows } = await sql \`\${prepared}`,
      },
      {
        file: records,
        find: 'return windowsOf(rows, records);',
        replace: `${intents('sent + failed + skipped + in_doubt + deferred')} return windowsOf(rows, records);`,
      },
    ],
  },
  {
    name: 'on-conflict',
    removes: 'ON CONFLICT DO NOTHING from the opening of a run',
    scenario: 'F3',
    seconds: 14,
    caughtBy: ['I6'],
    replacements: [{ file: campaigns, find: onConflict, replace: '\n    returning campaign_id as campaign, id`' }],
  },
  {
    name: 'unique-occurrence',
    removes: 'the unique pair (campaign, scheduled_for)',
    scenario: 'F3',
    seconds: 8,
    caughtBy: ['I6'],
    replacements: [
      { file: schema, find: 'constraint run_occurrence_unique unique (campaign_id, scheduled_for),', replace: '' },
      { file: campaigns, find: onConflict, replace: '\n    returning campaign_id as campaign, id`' },
      { file: idleRuns, find: '\n    on conflict (campaign_id, scheduled_for) do nothing`', replace: '`' },
    ],
  },
  {
    name: 'renew-all',
    removes: 'the list of batches from the renewal: everything of this owner is renewed',
    scenario: 'F6',
    seconds: 12,
    caughtBy: ['I1', 'F6'],
    replacements: [
      { file: sender, find: 'if (held.length === 0)', replace: 'if (false)' },
      { file: renewal, find: 'for (const batch of batches)', replace: '' },
      { file: renewal, find: 'lease, [batch])', replace: 'lease, batches)' },
      {
        file: leases,
        find: 'as mine (run_id, seq, epoch)\n    where b.run_id = mine.run_id and b.seq = mine.seq and b.epoch = mine.epoch',
        replace: 'as mine (run_id, seq, epoch) right join (select 1) always on true\n    where true',
      },
    ],
  },
  {
    name: 'silence-is-refusal',
    removes: '"unknown" after the message was handed over: silence counts as not accepted',
    scenario: 'F7',
    seconds: 5,
    caughtBy: ['I4'],
    replacements: [
      { file: smtp, find: "{ bodyRead: true, verdict: 'unknown',", replace: "{ bodyRead: true, verdict: 'provider'," },
    ],
  },
  {
    name: 'one-by-one',
    removes: 'the count of crashes: what a crash has left goes in full windows again, and nobody is told apart',
    scenario: 'F14',
    seconds: 5,
    caughtBy: ['F14'],
    replacements: [
      { file: recovery, find: 'crashes = b.crashes + (doubt.doubtful > 0)::int,', replace: '' },
      { file: recovery, find: '${now}, e.crashes + 1, true', replace: '${now}, 0, true' },
    ],
  },
  {
    name: 'same-key',
    removes: 'the delivery from the Idempotency-Key: every try has a key of its own',
    scenario: 'F9',
    seconds: 8,
    caughtBy: ['I4', 'F9'],
    replacements: [
      {
        file: sms,
        find: "'idempotency-key': message.deliveryKey",
        replace: "'idempotency-key': `${message.deliveryKey}${performance.now()}`",
      },
    ],
  },
  {
    name: 'retry-after',
    removes: "a provider's wish to wait: a 429 puts off only the message that it answers",
    scenario: 'F9',
    seconds: 8,
    caughtBy: ['F9'],
    replacements: [
      { file: httpReply, find: "{ from: 429, verdict: 'provider' }", replace: "{ from: 429, verdict: 'again' }" },
    ],
  },
];
