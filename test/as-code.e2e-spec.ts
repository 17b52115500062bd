import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { applied, exported, planned, plannedWords, refused } from './support/code.js';
import { makeCampaign, makeContacts } from './support/factories.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(() => app.sql(sql`truncate segment, campaign, run restart identity cascade`));

const campaigns = async () => (await app.request('GET', '/campaigns?limit=100')).body;
const segments = async () => (await app.request('GET', '/segments?limit=100')).body;
const named = async (name: string) => (await campaigns()).find((one: { name: string }) => one.name === name);

const FILE = `# by hand
segments:
  - name: engaged
    rule: { not: { segment: dormant } }
  - name: dormant
    rule:
      not: { opened: { campaign: Brief } }
  - name: vip
    description: People who bought three times
campaigns:
  - name: Brief
    type: recurring
    schedule_time: 2027-02-01T09:00
    time_zone: Europe/Berlin
    frequency: weekly
    include: [vip, engaged]
    format: html
    message: |
      <h1>Hello</h1>
      <p>This week</p>
      <p>Bye</p>
`;

describe('campaigns and segments as code', () => {
  it('are made from a file, whatever names what; a second time nothing is left to do', async () => {
    const { changes } = await planned(app, FILE);
    expect(changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      'create segment dormant',
      'create segment engaged',
      'create segment vip',
      'create campaign Brief',
    ]);
    expect([await campaigns(), await segments()]).toEqual([[], []]);
    await applied(app, FILE);
    const brief = await named('Brief');
    const at = '2027-02-01T08:00:00.000Z';
    expect(brief).toMatchObject({ status: 'draft', include: ['vip', 'engaged'], schedule_time: at });
    const rules = (await segments()).map(({ name, rule }: Record<string, unknown>) => [name, rule]);
    expect(rules).toContainEqual(['dormant', { not: { opened: { campaign: brief.id } } }]);
    const nothing = { changes: [], unchanged: 4, unlisted: [] };
    expect(await planned(app, FILE)).toEqual(nothing);
    expect(await planned(app, await exported(app))).toEqual(nothing);
    expect((await applied(app, FILE)).changes).toEqual([]);
    expect((await named('Brief')).version).toBe(brief.version);
  });

  it('are compared field by field, texts line by line, and what is in no file is told and stays', async () => {
    await applied(app, FILE);
    await makeCampaign(app, { name: 'Other', schedule_time: '2027-03-01T10:00:00' });
    const other = FILE.replace('This week', 'This \u001b[31mweek')
      .replace('weekly', 'monthly')
      .replace(/, engaged]/, ']');
    const { id } = await named('Brief');
    expect(await plannedWords(app, other)).toBe(
      `~ campaign "Brief" (${id})
    message:
       <h1>Hello</h1>
      -<p>This week</p>
      +<p>This \\u001b[31mweek</p>
       <p>Bye</p>
    include: ["vip","engaged"] → ["vip"]
    frequency: "weekly" → "monthly"

  campaign "Other" (${id + 1}) is in no file and stays
  (--prune deletes what is in no file)

0 to create, 1 to change, 3 unchanged`.replace('\\u', '\\u'),
    );
    await applied(app, other);
    expect(await named('Brief')).toMatchObject({ frequency: 'monthly', include: ['vip'], content_version: 2 });
    expect(await named('Other')).toMatchObject({ status: 'pending' });
  });

  it('are drafts, unless they are told to start', async () => {
    const started = FILE.replaceAll('Brief', 'Started');
    expect(await plannedWords(app, started)).toContain('a draft: it waits to be launched');
    const words = await plannedWords(app, started, { start: true });
    expect(words).toContain('starts by itself: 2027-02-01T08:00:00.000Z (Every Monday at 09:00 Europe/Berlin');
    await applied(app, started, { start: true });
    expect(await named('Started')).toMatchObject({ status: 'pending', next_run_at: '2027-02-01T08:00:00.000Z' });
  });

  it('change runs that open later, not one that is going', async () => {
    await applied(app, `segments: [{ name: vip }]`);
    await makeContacts(app, 2, { segments: ['vip'] });
    const file = (message: string) =>
      `campaigns: [{ name: Now, type: one_time, schedule_time: "2026-01-01", channel: sms, target_segment: vip, message: ${message} }]`;
    await applied(app, file('first'), { start: true });
    await app.sql(sql`update campaign set status = 'processing'`);
    expect(await plannedWords(app, file('second'))).toContain('a run is going: it keeps what it was opened with');
    await app.sql(sql`update campaign set status = 'completed'`);
    expect(await refused(planned(app, file('second')))).toEqual([
      'a.yaml:1:13 /campaigns/0 A campaign that is completed cannot be edited.',
    ]);
    expect((await planned(app, file('first'))).unchanged).toBe(1);
  });

  it('are deleted only when asked, campaigns before the segments that they name', async () => {
    await applied(app, FILE);
    const words = await plannedWords(app, 'segments: [{ name: vip }]', { prune: true });
    expect(words).toMatch(/- campaign "Brief" \(\d+\)\n\n- segment "engaged" \(\d+\)\n\n- segment "dormant"/);
    expect(await campaigns()).toHaveLength(1);
    const brief = FILE.slice(0, FILE.indexOf('campaigns:')).replace('description: People who bought three times', '');
    expect(await refused(planned(app, brief, { prune: true }))).toEqual([
      'a.yaml:7:24 /segments/1/rule/not/opened/campaign there is no campaign "Brief": give the name of one that stays',
    ]);
    await applied(app, 'segments: [{ name: vip }]', { prune: true });
    expect([await campaigns(), (await segments()).length]).toEqual([[], 1]);
  });

  it('are refused to be applied when something else would happen than was shown', async () => {
    await applied(app, FILE);
    const file = FILE.replace('frequency: weekly', 'frequency: daily');
    const shown = await planned(app, file);
    const { id } = await named('Brief');
    await app.request('POST', `/campaigns/${id}/launch`);
    await app.request('PATCH', `/campaigns/${id}`, { subject: 'By somebody else' });
    const error = await applied(app, file, {}, shown).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      differences: {
        gone: [{ name: 'Brief', fields: [{ field: 'frequency' }] }],
        added: [{ name: 'Brief', fields: [{ field: 'frequency' }, { field: 'subject', before: 'By somebody else' }] }],
      },
    });
    expect(await named('Brief')).toMatchObject({ frequency: 'weekly', subject: 'By somebody else' });
  });

  it('are on record: who made and changed what, by which fields', async () => {
    await applied(app, FILE);
    await applied(app, FILE.replace('weekly', 'daily'));
    const { body } = await app.request('GET', '/audit?limit=5');
    const entries = body.map(({ action, actor, details }: Record<string, unknown>) => ({ action, actor, details }));
    const actor = { kind: 'cli', id: null, name: 'ann' };
    expect(entries[0]).toEqual({ action: 'campaign.updated', actor, details: { by: 'apply', fields: ['frequency'] } });
    expect(entries.slice(1).map(({ action }: { action: string }) => action)).toEqual([
      'campaign.created',
      ...Array.from({ length: 3 }, () => 'segment.created'),
    ]);
  });
});
