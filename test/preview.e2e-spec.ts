import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService } from '../src/access/access.service.js';
import { SandboxMailbox } from '../src/delivery/channels/sandbox/sandbox-mailbox.js';
import { SandboxProvider } from '../src/delivery/channels/sandbox/sandbox.provider.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeCampaign } from './support/factories.js';
import { contents, expectProblem } from './support/problems.js';

const FUTURE = '2027-06-01T10:00:00';
let app: TestApp;
let ada: number;
beforeAll(async () => {
  const env = {
    PUBLIC_URL: 'https://news.example.com',
    POSTAL_ADDRESS: '1 Bell Lane',
    EMAIL_FROM: 'Bell <bell@example.com>',
  };
  app = await startApp({ env });
  const fields = { email: 'ada@example.org', external_id: 'crm-1', first_name: 'Ada <3', attributes: { plan: 'pro' } };
  ada = (await app.request('POST', '/contacts', fields)).body.id;
});
afterAll(() => app.close());

const message = '<body>Hi {{ first_name }}, {{ attributes.city }}</body>';
const html = { format: 'html', subject: 'For {{ first_name }}', message, preheader: 'Of {{ attributes.plan }}' };

describe('a preview', () => {
  it('is what the contact would get, by any of its names, and sends and keeps nothing', async () => {
    const campaign = await makeCampaign(app, { ...html, schedule_time: FUTURE, reply_to: 'hello@example.org' });
    const before = await contents(app);
    for (const wish of [{ contact_id: ada }, { email: ' ADA@example.org ' }, { external_id: 'crm-1' }]) {
      const { status, body } = await app.request('POST', `/campaigns/${campaign.id}/preview`, wish);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        contact_id: ada,
        channel: 'email',
        subject: 'For Ada <3',
        preheader: 'Of pro',
        sms: null,
      });
      expect(body.html).toMatch(
        /^<body><div style="display:none[^>]+>Of pro<\/div>Hi Ada &lt;3, .*1 Bell Lane.*Unsubscribe/,
      );
      expect(body.text).toMatch(
        /^Hi Ada <3,\n\n-- \n1 Bell Lane\nUnsubscribe: https:\/\/news\.example\.com\/unsubscribe\//,
      );
      expect(body.missing_variables).toEqual(['attributes.city']);
      expect(body.size).toBe(Buffer.byteLength(body.html) + Buffer.byteLength(body.text));
      expect(body.headers).toMatchObject({
        From: 'Bell <bell@example.com>',
        'Reply-To': 'hello@example.org',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      });
    }
    expect(await contents(app)).toEqual(before);
    expect(app.providers.email.messages).toEqual([]);
  });

  it('has links that change nothing for anybody', async () => {
    const unsaved = { message: 'out: {{ unsubscribe_url }}', contact_id: ada };
    const { text } = (await app.request('POST', '/campaigns/preview', unsaved)).body;
    const path = new URL(/out: (\S+)/.exec(text)![1]!).pathname;
    expect((await app.request('POST', path)).status).toBe(404);
    expect((await app.request('GET', `/contacts/${ada}`)).body.consent.email).toBe('subscribed');
  });

  it('is there for messages that are not saved, and for people who do not exist', async () => {
    const unsaved = { channel: 'sms', message: 'Hi {{ first_name | default: "you" }} {{ last_name }} ✓' };
    const nobody = await app.request('POST', '/campaigns/preview', unsaved);
    expect(nobody.body).toMatchObject({
      contact_id: null,
      text: 'Hi you  ✓',
      html: null,
      headers: {},
      missing_variables: ['last_name'],
    });
    expect(nobody.body.sms).toEqual({ segments: 1, encoding: 'ucs2', units: 9, forced_by: '✓' });
    const contact = { first_name: 'Eve', last_name: 'X' };
    const eve = await app.request('POST', '/campaigns/preview', { ...unsaved, contact });
    expect(eve.body).toMatchObject({ text: 'Hi Eve X ✓', missing_variables: [] });
  });

  it('says what is wrong with the message, or with whom it is for', async () => {
    const post = (body: object) => app.request('POST', '/campaigns/preview', body);
    expectProblem(await post({ message: '{{ first_name | nonsense }}' }), 400, 'INVALID_CAMPAIGN', '/message');
    expectProblem(await post({ message: 'Hi', channel: 'sms', subject: 'No' }), 400, 'INVALID_CAMPAIGN', '/subject');
    expectProblem(await post({ message: 'Hi', name: 'x' }), 400, 'VALIDATION_FAILED', '/name');
    expectProblem(await post({ message: 'Hi', contact_id: ada, email: 'a@b.de' }), 400, 'INVALID_PREVIEW', '/email');
    expectProblem(await post({ message: 'Hi', contact_id: 999 }), 404, 'CONTACT_NOT_FOUND');
    expectProblem(await post({ message: 'Hi', contact: { phone: 'x' } }), 400, 'VALIDATION_FAILED', '/contact/phone');
    const endless = '{% for i in (1..10000000) %}{{ i }}{% endfor %}';
    expectProblem(await post({ message: endless }), 400, 'CANNOT_BE_RENDERED', '/message');
    expectProblem(await app.request('POST', '/campaigns/999/preview', {}), 404, 'CAMPAIGN_NOT_FOUND');
  });

  it('names the links of which no click is counted, where clicks are', async () => {
    const message = '<a href="{{ attributes.url }}">a</a><a href="https://a.example/">b</a>';
    const post = async (body: object) => (await app.request('POST', '/campaigns/preview', body)).body.uncounted_links;
    expect(await post({ message, format: 'html' })).toEqual(['{{ attributes.url }}']);
    expect(await post({ message, format: 'html', tracking: { clicks: false } })).toEqual([]);
  });

  it('is a page of no origin that runs nothing', async () => {
    const hostile = '<script>alert(1)</script>{{ first_name }}';
    const campaign = await makeCampaign(app, { format: 'html', message: hostile, schedule_time: FUTURE });
    const { status, body, headers } = await app.request(
      'GET',
      `/campaigns/${campaign.id}/preview.html?contact_id=${ada}`,
    );
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'; img-src https: data:;/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toContain('Ada &lt;3');
    const text = await makeCampaign(app, { message: '<b>{{ first_name }}</b>', schedule_time: FUTURE });
    const page = await app.request('GET', `/campaigns/${text.id}/preview.html?email=ada@example.org`);
    expect(page.body).toContain('&lt;b&gt;Ada &lt;3&lt;/b&gt;');
  });
});

describe('attachments', () => {
  it('are refused with a code of their own, wherever they are given', async () => {
    const attachments = [{ name: 'a.pdf', content: 'JVBERi0=' }];
    const refused = await app.request('POST', '/campaigns/preview', { message: 'Hi', attachments });
    expectProblem(refused, 400, 'INVALID_CAMPAIGN', '/attachments');
    expect(refused.body.errors[0].code).toBe('ATTACHMENTS_NOT_SUPPORTED');
    const campaign = await makeCampaign(app, { schedule_time: FUTURE, attachments: [] });
    expect(campaign).not.toHaveProperty('attachments');
    const edited = await app.request('PATCH', `/campaigns/${campaign.id}`, { attachments });
    expect(edited.body.errors).toMatchObject([{ pointer: '/attachments', code: 'ATTACHMENTS_NOT_SUPPORTED' }]);
    expect((await app.request('PATCH', `/campaigns/${campaign.id}`, { attachments: null })).status).toBe(200);
  });
});

describe('the links of a message that the sandbox took', () => {
  const pages = /https:\/\/news\.example\.com\/(unsubscribe|preferences|opt-in|push\/subscribe)\/([\w-]+)/g;

  it('act for whoever may write, and for nobody who may only read', async () => {
    const mailbox = app.app.get(SandboxMailbox);
    const options = { channel: 'email', failureRate: 0, latencyMs: 0, random: () => 0, mailbox } as const;
    const sandbox = new SandboxProvider({ ...options, now: () => app.clock.now() });
    app.providers.email.answer = (sent) => sandbox.send(sent, () => true);
    const links =
      '{{ unsubscribe_url }} {{ preferences_url }} {{ push_subscribe_url }} {{ unsubscribe_url | url_encode }}';
    await carryOut(app, { format: 'html', message: `<p>${links}</p>`, subject: 'Out: {{ preferences_url }}' });
    await app.request('POST', `/contacts/${ada}/opt-in`, { channel: 'email', text_version: '1' });
    const told = async (scope: 'read' | 'write') => {
      const authorization = `Bearer ${await app.app.get(AccessService).createKey(scope, [scope])}`;
      const { body } = await app.request('GET', '/sandbox/messages', undefined, { authorization });
      return JSON.stringify(body);
    };
    const working = [...(await told('write')).matchAll(pages)];
    expect(new Set(working.map(([, page]) => page)).size).toBe(4);
    expect(working.every(([, , token]) => token!.length > 20)).toBe(true);
    const { records } = (await app.request('GET', `/contacts/${ada}/export`)).body;
    for (const text of [await told('read'), JSON.stringify(records.sandbox_messages)]) {
      const left = [...text.matchAll(pages)];
      expect(left.map(([, page]) => page).sort()).toEqual(working.map(([, page]) => page).sort());
      expect(left.every(([, , token]) => token === 'hidden')).toBe(true);
      for (const [, , token] of working) expect(text).not.toContain(token);
    }
    expect((await app.request('GET', new URL(working[0]![0]).pathname)).status).toBe(200);
  });
});
