import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { applied, exported, planned } from './support/code.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { EMAIL_FROM: 'news@example.org' } });
});
afterAll(() => app.close());

/** Text as people paste it; what Liquid would read is left out. */
const line = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...' \t:#-|>\'"&*!%@`\\,[]?~=éß漢🎉\u0085\u2028\u00ad\ufeff\r'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});
const storable = (text: string) => text.replace(/[\0{}<]/g, '_');
const text = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => storable(lines.join('\n')) + 'x\n');
const word = line.map(
  (said) =>
    storable(said)
      .replace(/\p{Cc}/gu, '')
      .trim() + 'y',
);
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const tracking = fc.record(
  { opens: fc.boolean(), clicks: fc.boolean(), utm: fc.record({ source: word }) },
  { requiredKeys: [] },
);
const window = fc.constantFrom(
  { from: '09:00', to: '20:00' },
  { from: '22:00', to: '06:00', weekdays: ['monday', 'friday'] },
);

const message = fc.oneof(
  fc.record({
    channel: fc.constant('email'),
    format: fc.constant('html'),
    message: text,
    subject: some(word),
    preheader: some(word),
    text: some(text),
    reply_to: some(fc.constant('a@example.org')),
    sender: some(fc.constantFrom({ email: 'x@example.org' }, { name: 'News', email: 'news@example.org' })),
    headers: some(fc.constant({ 'X-Zone': 'no', 'X-A': 'yes: "1"' })),
    tracking: some(tracking),
    kind: some(fc.constantFrom('marketing', 'transactional')),
  }),
  fc.record({ channel: fc.constant('sms'), message: text, tracking: some(fc.record({ clicks: fc.boolean() })) }),
  fc.record({
    channel: fc.constant('push'),
    message: text,
    subject: some(word),
    url: some(fc.constant('https://example.org/a?b=c#d')),
  }),
);
const schedule = fc.oneof(
  fc.record({
    type: fc.constant('one_time'),
    schedule_time: fc.constantFrom('2027-01-01T10:00', '2027-10-31T02:30:00', '2027-01-01T10:00:00+05:00'),
  }),
  fc.record({
    type: fc.constant('recurring'),
    schedule_time: fc.constant('2027-01-04T10:00:00.5'),
    frequency: fc.constant('weekly'),
    interval: some(fc.integer({ min: 1, max: 5 })),
    weekdays: some(fc.constant(['monday', 'sunday'])),
    until: some(fc.constant('2029-01-01T00:00')),
    misfire: some(fc.constantFrom('skip', 'run_all')),
  }),
  fc.record({
    type: fc.constant('recurring'),
    schedule_time: fc.constant('2027-01-04T10:00'),
    cron: fc.constant('0 9 * * 1-5'),
    max_runs: some(fc.integer({ min: 1, max: 9 })),
    overlap: some(fc.constantFrom('queue', 'allow')),
    recipient_time_zone: some(fc.boolean()),
  }),
);
const test = fc.constantFrom(
  {},
  {
    hold_out: 10,
    test_share: 90,

    variants: [{ name: 'A' }, { name: 'B', message: 'b\n b\n', text: 't' }],
  },
  {
    test_share: 20,
    winner: { by: 'hand', after_minutes: 60, on_undecided: 'B' },
    variants: [
      { name: 'A', share: 40 },
      { name: 'B', share: 60, message: 'b', text: 't' },
    ],
  },
);
const audience = fc.constantFrom(
  {},
  { target_segment: 'vip' },
  { include: ['engaged', 'vip'], exclude: ['x: y'] },
  { exclude: ['engaged'], only_new: true },
);
const rest = fc.record({
  time_zone: some(fc.constantFrom('Europe/Berlin', 'America/Lima')),
  send_window: some(window),
  on_doubt: some(fc.constant('resend')),
});
const campaign = fc.tuple(message, schedule, test, audience, rest).map((parts) => {
  const one: Record<string, unknown> = Object.assign({}, ...parts);
  // What goes together is the API's to say: here are only campaigns that it takes.
  const variants = one.variants as Record<string, unknown>[] | undefined;
  if (variants && one.channel !== 'email') one.variants = variants.map(({ text: _, ...variant }) => variant);
  return one;
});

const clear = () => app.sql(sql`truncate segment, campaign, run restart identity cascade`);
const create = async (url: string, body: object) => {
  const answer = await app.request('POST', url, body);
  if (answer.status !== 201) throw new Error(JSON.stringify([answer.body, body]));
};
/** What the API shows of all there is, but for what an installation decides. */
const shown = async () => {
  const bare = ({ id: _, version: _v, created_at: _c, updated_at: _u, ...thing }: Record<string, unknown>) => thing;
  const lists = [await app.request('GET', '/campaigns?limit=100'), await app.request('GET', '/segments?limit=100')];
  return lists.map(({ body }) =>
    body.map(bare).sort((a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)),
  );
};

it('what is exported and applied elsewhere is the same there, and is exported as the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(campaign, { minLength: 1, maxLength: 4 }),
      fc.array(word, { minLength: 6, maxLength: 6 }),
      async (made, names) => {
        await clear();
        for (const name of ['vip', 'x: y']) await create('/segments', { name, description: names[0]! });
        await create('/segments', {
          name: 'engaged',
          rule: { any: [{ segment: 'vip' }, { attribute: 'say', op: 'in', value: [names[1]!, 1.5, true] }] },
        });
        for (const [index, one] of made.entries())
          await create('/campaigns', { ...one, name: `${index} ${names[index]!}`.slice(0, 100), draft: true });
        const [before, file] = [await shown(), await exported(app)];
        expect((await planned(app, file)).changes).toEqual([]);
        await clear();
        await applied(app, file);
        expect(await shown()).toEqual(before);
        expect(await exported(app)).toBe(file);
      },
    ),
    { numRuns: 5, endOnFailure: true },
  );
});
