import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const daily = {
  type: 'recurring',
  frequency: 'daily',
  schedule_time: '2026-11-23T02:30:00',
  time_zone: 'Europe/Berlin',
  subject: 'News for {{ first_name }}',
  message: 'Hello {{ first_name }}. {{ unsubscribe_url }}',
};

describe('a forecast', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'tech');
    await makeSegment(app, 'nobody');
    await makeContacts(app, 20, { segments: ['tech'] });
    await app.request('PATCH', '/contacts/1', { consent: { email: 'unsubscribed' } });
    await app.request('PATCH', '/contacts/2', { consent: { email: 'unsubscribed' } });
    await app.request('PATCH', '/contacts/3', { consent: { email: 'pending' } });
    await app.request('PATCH', '/contacts/4', { phone: '+4915112345678', attributes: { city: 'Köln' } });
    await app.request('POST', '/contacts', { phone: '+4915112345679', first_name: 'Łukasz', segments: ['tech'] });
    await makeContacts(app, 5, { prefix: 'outside' });
  });
  afterAll(() => app.close());

  const forecast = (id: number, wish?: object) => app.request('POST', `/campaigns/${id}/forecast`, wish);
  const lint = async (overrides: object) => {
    const campaign = await makeCampaign(app, { ...daily, ...overrides });
    const { status, body } = await app.request('GET', `/campaigns/${campaign.id}/lint`);
    expect(status).toBe(200);
    return body.map(({ code, pointer }: { code: string; pointer: string }) => `${code} ${pointer}`);
  };

  it('counts who would get it and who not, as the run then does', async () => {
    const campaign = await makeCampaign(app, { ...daily, target_segment: 'tech' });
    const before = await contents(app);
    const { status, body } = await forecast(campaign.id);
    expect(status).toBe(200);
    expect(body.audience).toEqual({
      contacts: 21,
      reachable: 17,
      excluded: [
        { reason: 'unsubscribed', contacts: 2 },
        { reason: 'no_address', contacts: 1 },
        { reason: 'unconfirmed', contacts: 1 },
      ],
    });
    expect(body.as_of).toBe(app.clock.now().toISOString());
    expect(await contents(app)).toEqual(before);
    const run = await carryOut(app, { target_segment: 'tech' });
    expect(run).toMatchObject({ audience: 21, sent: 17, skipped: 4 });
  });

  it('says when the run would be through, what that rests on, and what comes next', async () => {
    const campaign = await makeCampaign(app, { ...daily, target_segment: 'tech' });
    const { body } = await forecast(campaign.id, { at: '2027-03-27T02:30:00' });
    expect(body.finish).toMatchObject({
      opens_at: '2027-03-27T01:30:00.000Z',
      finishes_at: '2027-03-27T01:30:00.017Z',
      seconds: 1,
      per_second: 1_000,
      basis: 'assumed',
    });
    expect(body.volume_per_hour).toEqual([{ from: '2027-03-27T01:30:00.000Z', messages: 17 }]);
    expect(body.next_occurrences).toHaveLength(10);
    expect(body.next_occurrences[1]).toMatchObject({
      local: '2027-03-28T03:30:00',
      note: expect.stringContaining('02:30 does not exist'),
    });
    expect(body.sms).toBeNull();
    const plain = (await forecast(campaign.id)).body;
    expect(plain.finish.opens_at).toBe('2026-11-23T01:30:00.000Z');
  });

  it('counts the segments of an SMS, and names the character that makes it dear', async () => {
    const campaign = await makeCampaign(app, {
      channel: 'sms',
      message: `{{ first_name }}, ${'come by today '.repeat(6)}`,
    });
    const { body } = await forecast(campaign.id);
    expect(body.audience).toMatchObject({ contacts: 26, reachable: 2 });
    expect(body.sms).toEqual({
      sampled: 2,
      fewest_segments: 1,
      most_segments: 2,
      estimated_segments: 3,
      ucs2_messages: 1,
      forced_by: 'Ł',
    });
  });

  it('measures its speed by earlier runs in which no try failed', async () => {
    await makeSegment(app, 'many');
    await makeContacts(app, 1_000, { prefix: 'many', segments: ['many'] });
    const campaign = await makeCampaign(app, { target_segment: 'many' });
    const failing = app.providers.email.answer;
    app.providers.email.answer = () => {
      // The clock stands still but for this: a thousand messages take two seconds.
      app.clock.advance(2);
      return { outcome: 'sent', providerMessageId: null };
    };
    await app.tick();
    app.providers.email.answer = failing;
    // That campaign is over: its next run is one that is asked for.
    const { body } = await forecast(campaign.id, { at: '2030-01-01T10:00:00' });
    expect(body.finish).toMatchObject({ per_second: 500, basis: 'measured', seconds: 2 });
  });

  it('tells also of an account that is let out slowly how fast it is', async () => {
    const slow = { name: 'slow', channel: 'email', kind: 'sandbox', settings: {} };
    await app.request('POST', '/providers', { ...slow, limits: [{ period: 'hour', limit: 500 }] });
    const campaign = await makeCampaign(app, { ...daily, target_segment: 'tech', provider: 'slow' });
    const { body } = await forecast(campaign.id);
    expect(body.finish).toMatchObject({ per_second: 0.14, basis: 'limits' });
  });

  it('warns of an attribute that none of all contacts has, not of one that only the oldest has', async () => {
    await makeSegment(app, 'wide');
    const vip = { email: 'vip@example.org', attributes: { vip: 'yes' }, segments: ['wide'] };
    await app.request('POST', '/contacts', vip);
    await makeContacts(app, 501, { prefix: 'wide', segments: ['wide'] });
    const message = '{% if attributes.vip %}Dear{% endif %} {{ attributes.town }} {{ unsubscribe_url }}';
    const wide = { schedule_time: '2026-11-23T10:00:00', target_segment: 'wide' };
    const { id } = await makeCampaign(app, { ...wide, message, subject: 'Hi' });
    const { warnings } = (await forecast(id)).body;
    expect(warnings.map(({ message }: { message: string }) => message)).toEqual([
      'None of the 502 contacts looked at has the attribute of {{ attributes.town }}; it would be empty.',
    ]);
  });

  it('lints: what is well says nothing, and each mistake its own warning', async () => {
    const well = { schedule_time: '2026-11-23T10:00:00', target_segment: 'tech' };
    expect(await lint(well)).toEqual([]);
    expect(await lint({ ...well, schedule_time: daily.schedule_time })).toEqual(['TIME_BENT_BY_DST /schedule_time']);
    expect(await lint({ ...well, target_segment: 'nobody' })).toEqual(['EMPTY_AUDIENCE /target_segment']);
    expect(await lint({ ...well, message: '{{ attributes.city }} {{ attributes.town }} {{ nme }}' })).toEqual([
      'NO_UNSUBSCRIBE_LINK /message',
      'UNKNOWN_VARIABLE /message',
      'UNKNOWN_VARIABLE /message',
    ]);
    expect(
      await lint({ ...well, subject: undefined, schedule_time: '2026-12-31T10:00:00', frequency: 'monthly' }),
    ).toEqual(['DAY_NOT_IN_EVERY_MONTH /schedule_time', 'NO_SUBJECT /subject']);
    expect(await lint({ ...well, subject: `${'x'.repeat(75)} {{ first_name }}` })).toEqual(['LONG_SUBJECT /subject']);
    const past = { type: 'one_time', frequency: undefined, draft: true, schedule_time: '2026-11-01T10:00:00' };
    expect(await lint({ ...well, ...past })).toEqual(['SCHEDULE_TIME_PASSED /schedule_time']);
  });

  it('refuses a time that is none or has passed, and a campaign that is not there', async () => {
    const campaign = await makeCampaign(app, daily);
    for (const at of ['tomorrow', '2026-02-30T10:00:00', '2026-11-01T10:00:00'])
      expectProblem(await forecast(campaign.id, { at }), 400, 'INVALID_FORECAST', '/at');
    expectProblem(await forecast(campaign.id, { when: 'now' }), 400, 'VALIDATION_FAILED', '/when');
    expectProblem(await forecast(9_999), 404, 'CAMPAIGN_NOT_FOUND');
    expectProblem(await app.request('GET', '/campaigns/9999/lint'), 404, 'CAMPAIGN_NOT_FOUND');
  });
});
