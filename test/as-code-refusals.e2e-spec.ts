import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { applied, exported, planned, read, refused } from './support/code.js';
import { makeCampaign, makeSegment } from './support/factories.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(() => app.sql(sql`truncate segment, campaign, run restart identity cascade`));

const FINE = `
  - name: Fine
    type: one_time
    schedule_time: 2027-01-01T10:00
    message: Hello`;
/** Nine to the ninth things, in a few lines. */
const bomb = Array.from(
  { length: 9 },
  (_, n) =>
    `  - &a${n} [${Array(9)
      .fill(n ? `*a${n - 1}` : 'x')
      .join()}]`,
)
  .join('\n')
  .replace(/^/, 'segments:\n');
const refusedPlan = (text: string) => refused(planned(app, text));

describe('a file that is wrong', () => {
  it.each([
    ['a: [', 'a.yaml:1:5  Flow sequence in block collection must be'],
    ['segments:\n  - name: a\n    name: b', 'a.yaml:3:5  Map keys must be unique'],
    ['segments: !secret x', 'a.yaml:1:11  Unresolved tag'],
    ['campaigns: x', 'a.yaml:1:1 /campaigns campaigns must be a list'],
    ['- a', 'a.yaml:1:1  a file has "segments", "campaigns" or both'],
    ['contacts: []', 'a.yaml:1:1 /contacts "contacts" is not known'],
    ['segments:\n  - rule: {}', 'a.yaml:2:5 /segments/0 a segment needs a name'],
    ['a: &a [*a, *a]\nsegments: *a', 'a.yaml:1:1 /a "a" is not known'],
    ['segments:\n  - &x { name: x, rule: { any: [*x] } }', 'a.yaml:2:33  this alias stands for something that it is'],
    ['segments:\n  - { name: x }\n  - *y', 'a.yaml:3:5  there is no anchor "y" before this alias'],
    [bomb, 'a.yaml:1:1  its aliases stand for more than 1000 things together'],
    ['segments:\n  - &x { name: x }\n  - { <<: *x }', 'a.yaml:3:7 /segments/1/<< merge keys (<<) are not read'],
    ['segments: [{ name: a }]\n---\nsegments: []', 'a.yaml:2:1  a file has one document'],
  ])('is refused at its place: %j', async (text, expected) => {
    expect((await refused(read(text)))[0]).toMatch(new RegExp(`^${quoted(expected)}`));
  });

  it('is told everything that the API would refuse, each at its place, and nothing is made', async () => {
    const said = await refusedPlan(`segments:
  - name: fine
  - name: " spaces"
    colour: red
campaigns:${FINE}
  - name: Wrong
    type: recurring
    schedule_time: tomorrow
    frequency: fortnightly
    sender: { email: x, phone: 1 }
    message: ""
  - name: Draft
    draft: true
  - name: Template
    type: recurring
    schedule_time: 2027-01-01T10:00
    message: |
      Hello
      {{ oops`);
    const expected = [
      'a.yaml:4:5 /segments/1/colour property colour should not exist',
      'a.yaml:3:5 /segments/1/name name must not contain control characters, nor start or end with a space',
      'a.yaml:14:25 /campaigns/1/sender/phone property phone should not exist',
      'a.yaml:15:5 /campaigns/1/message message must not be empty',
      'a.yaml:17:5 /campaigns/2/draft draft is no setting but a status: new campaigns are drafts unless --start is said',
      'a.yaml:18:5 /campaigns/3/frequency a recurring campaign needs a frequency or a cron expression',
    ];
    expect(said).toEqual(expect.arrayContaining(expected));
    expect(said.at(-1)).toContain('a.yaml:21:5 /campaigns/3/message line 2, column 1: ');
    expect(said).toHaveLength(8);
    expect((await app.request('GET', '/segments')).body).toEqual([]);
  });

  it('is refused where something is named that is nowhere, also when all the rest could be made', async () => {
    const file = `segments: [{ name: vip }]\ncampaigns:${FINE}\n    target_segment: vpi\n    provider: nope`;
    expect(await refusedPlan(file)).toEqual(['a.yaml:7:5 /campaigns/0/target_segment there is no segment "vpi"']);
    expect(await refusedPlan(file.replace('vpi', 'vip'))).toEqual([
      expect.stringContaining('a.yaml:8:5 /campaigns/0/provider there is no provider "nope" for email'),
    ]);
    expect(await refused(applied(app, file, {}, { changes: [], unchanged: 0, unlisted: [] }))).toHaveLength(1);
    expect((await app.request('GET', '/segments')).body).toEqual([]);
  });

  it('is refused where rules lead back to themselves, or ask about a campaign by its number', async () => {
    const rule = (name: string, of: string) => `\n  - name: ${name}\n    rule: { any: [{ segment: ${of} }] }`;
    expect(await refusedPlan(`segments:${rule('a', 'b')}${rule('b', 'c')}${rule('c', 'a')}`)).toEqual([
      'a.yaml:7:21 /segments/2/rule/any/0/segment rules lead back to themselves: "a" → "b" → "c" → "a"',
    ]);
    expect(await refusedPlan('segments: [{ name: a, rule: { received: { campaign: 1 } } }]')).toEqual([
      expect.stringContaining('/segments/0/rule/received/campaign there is no campaign 1'),
    ]);
  });

  it('is refused where it changes what cannot be changed: a type, the kind of a segment', async () => {
    await makeSegment(app, 'static');
    await app.request('POST', '/segments', { name: 'rule', rule: { field: 'email', op: 'exists' } });
    await applied(app, `campaigns:${FINE}`);
    expect(
      await refusedPlan(`segments:
  - { name: static, rule: { field: email, op: exists } }
  - { name: rule }
`),
    ).toEqual([
      expect.stringContaining('a.yaml:2:5 /segments/0 The segment "static" is static'),
      expect.stringContaining('a.yaml:3:5 /segments/1 the segment "rule" is one by rule'),
    ]);
    const recurring = FINE.replace('one_time', 'recurring').concat('\n    frequency: daily');
    expect(await refusedPlan(`campaigns:${recurring}`)).toEqual([
      'a.yaml:3:5 /campaigns/0/type type cannot be changed: campaign 2 is one_time',
    ]);
  });

  it.each(['', '# nothing but this', 'segments:\ncampaigns:'])(
    'deletes nothing where it has no entry: %j',
    async (text) => {
      await makeSegment(app, 'vip');
      const none = expect.stringContaining('There is no segment and no campaign in the files');
      expect(await refused(planned(app, text, { prune: true }))).toEqual([none]);
      expect(await refused(applied(app, text, { prune: true }, await planned(app, text)))).toEqual([none]);
      expect((await planned(app, text)).changes).toEqual([]);
      expect((await app.request('GET', '/segments')).body).toHaveLength(1);
    },
  );

  it('is refused where a name stands for two: in the files, or in what is there', async () => {
    await makeCampaign(app, { name: 'Fine', schedule_time: '2027-01-01T10:00:00' });
    await makeCampaign(app, { name: 'Fine', schedule_time: '2027-01-01T10:00:00' });
    await makeCampaign(app, { name: 'Single', schedule_time: '2027-01-01T10:00:00' });
    await app.request('POST', '/segments', { name: 'asks', rule: { received: { campaign: 2 } } });
    const both = 'the campaigns 1 and 2 have one name, "Fine", and as code a campaign is known by its name';
    expect(await refusedPlan(`campaigns:${FINE}`)).toEqual([
      expect.stringContaining(`a.yaml:2:5 /campaigns/0/name ${both}`),
    ]);
    expect(await refusedPlan('segments: [{ name: a, rule: { received: { campaign: Fine } } }]')).toEqual([
      expect.stringContaining(`/segments/0/rule/received/campaign ${both}`),
    ]);
    expect(await refused(exported(app))).toEqual([expect.stringContaining(both)]);
    expect(await refused(exported(app, 'asks'))).toEqual([expect.stringContaining(both)]);
    expect(await exported(app, 'Single')).toContain('name: Single');
    expect(await refused(exported(app, 'Nobody'))).toEqual(['There is no segment and no campaign "Nobody".']);
    const twice = `campaigns:${FINE.replace('Fine', 'New')}${FINE.replace('Fine', 'New')}`;
    expect(await refusedPlan(twice)).toEqual([
      'a.yaml:6:5 /campaigns/1/name there is a campaign "New" at a.yaml:2 already',
    ]);
  });
});

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
