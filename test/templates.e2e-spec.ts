import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { planned, refused } from './support/code.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeSegment(app, 'all');
  await makeContacts(app, 1, { segments: ['all'] });
});
afterAll(() => app.close());

const email = { name: 'Words', type: 'one_time', schedule_time: '2026-11-23T00:00:00', subject: 'Hi', format: 'html' };
const FAULT = 'line 2, column 15: "last_name" is not expected here (Liquid template)';
const FAULTY = 'Hi\n{{ first_name last_name }}';

describe('a template in which something would be overlooked', () => {
  it.each(['message', 'subject', 'preheader', 'text'])('is refused as a %s, with line and column', async (field) => {
    const before = await contents(app);
    const request = { ...email, message: 'Hi', [field]: FAULTY };
    const created = await app.request('POST', '/campaigns/', request);
    expectProblem(created, 400, 'INVALID_CAMPAIGN', `/${field}`);
    expect(created.body.errors).toEqual([{ pointer: `/${field}`, message: FAULT }]);
    const variants = [{ name: 'a' }, { name: 'b', text: 'Hi', [field]: FAULTY }];
    const varied = await app.request('POST', '/campaigns/', { ...email, message: 'Hi', text: 'Hi', variants });
    expect(varied.body.errors).toEqual([{ pointer: `/variants/1/${field}`, message: FAULT }]);
    expect(await contents(app)).toEqual(before);
  });

  it('is refused as well where it is only looked at, and as code', async () => {
    const preview = await app.request('POST', '/campaigns/preview', { message: FAULTY });
    expectProblem(preview, 400, 'INVALID_CAMPAIGN', '/message');
    expect(preview.body.errors[0].message).toBe(FAULT);
    const file = `campaigns: [{ ${Object.entries({ ...email, message: 'x', subject: '{{ a | }}' })
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
      .join(', ')} }]`;
    expect(await refused(planned(app, file))).toEqual([
      expect.stringContaining('/campaigns/0/subject line 1, column 7: the name of a filter is expected here'),
    ]);
  });

  it('stays as it is where it has been saved before, and is sent', async () => {
    const { id } = await makeCampaign(app, {
      ...email,
      message: 'Hi',
      schedule_time: '2026-11-24T00:00:00',
      target_segment: 'all',
    });
    await app.sql(sql`update campaign set message = ${FAULTY} where id = ${id}`);
    const { body } = await app.request('GET', `/campaigns/${id}/lint`);
    expect(body).toContainEqual({
      code: 'NOT_UNDERSTOOD',
      pointer: '/message',
      message: 'Line 2, column 15: "last_name" is not expected here. It would be left out of what is sent.',
    });
    const edit = (fields: object) => app.request('PATCH', `/campaigns/${id}`, fields);
    expectProblem(await edit({ subject: '{{ }}' }), 400, 'INVALID_CAMPAIGN', '/subject');
    expectProblem(await edit({ message: `${FAULTY}!` }), 400, 'INVALID_CAMPAIGN', '/message');
    expect((await edit({ subject: 'Later', message: FAULTY })).status).toBe(200);
    app.clock.set(new Date('2026-11-24'));
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ sent: 1, failed: 0 });
    expect(app.providers.email.messages[0]!.body).toContain('Hi\nName1');
  });

  it('pauses its run, and says why, where it cannot be read at all any more', async () => {
    const { id } = await makeCampaign(app, { ...email, message: 'Hi', target_segment: 'all' });
    await app.sql(sql`update campaign set message = ${'Hi {% if a %}'} where id = ${id}`);
    await app.tick();
    const { body } = await app.request('GET', `/campaigns/${id}`);
    expect(body).toMatchObject({
      status: 'paused',
      status_reason: expect.stringMatching(/^its template: .*not closed/),
    });
    expect(await latestRun(app, id)).toMatchObject({ pending: 1, in_doubt: 0, failed: 0 });
  });
});

it('quotes within the address of a link are read as the template means them', async () => {
  const message = '<a href="https://shop.example/?n={{ first_name | default: "there" }}">go</a>';
  const made = await makeCampaign(app, { ...email, message, schedule_time: '2026-01-01', target_segment: 'all' });
  await app.tick();
  expect(await latestRun(app, made.id)).toMatchObject({ sent: 1 });
  const [, link] = /href="[^"]*(\/c\/[\w-]+)">go/.exec(app.providers.email.messages.at(-1)!.body)!;
  const { status, headers } = await app.request('GET', link!);
  expect([status, headers.location]).toEqual([302, 'https://shop.example/?n=Name1']);
});

it.each([
  '<p>{{ first_name | escape }}</p>',
  '<p>{% capture name %}{{ first_name }}{% endcapture %}{{ name }}</p>',
  '{% capture line %}<p>{{ first_name | escape }}</p>{% endcapture %}{{ line }}',
])('a value is escaped once in HTML and not at all in the text beside it: %s', async (message) => {
  const contact = { first_name: 'Jim & <b>' };
  const { body } = await app.request('POST', '/campaigns/preview', { format: 'html', subject: 'Hi', message, contact });
  expect(body.html).toContain('<p>Jim &amp; &lt;b&gt;</p>');
  expect(body.text).toMatch(/^Jim & <b>$/m);
});
