import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { SignedTokens } from '../src/platform/signed-token.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, gate, handedOver, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { contents } from './support/problems.js';

const HOST = 'https://news.example.com';
const message = '{{ unsubscribe_url }}';

let app: TestApp;
beforeAll(async () => {
  const env = { PUBLIC_URL: HOST, POSTAL_ADDRESS: '1 Bell Lane, Example Town', BATCH_SIZE: '4', WINDOW_SIZE: '2' };
  app = await startApp({ env: { ...env, SENDER_LANES: '1' } });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  for (const provider of Object.values(app.providers)) provider.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
});

/** A contact alone in a segment of its own name. */
const create = async (name: string, more: object = {}) => {
  await makeSegment(app, name);
  const contact = { email: `${name}@example.com`, segments: [name], ...more };
  return (await app.request('POST', '/contacts', contact)).body.id as number;
};
const path = (url: string) => url.replace(HOST, '');
const visit = (url: string) => app.request('GET', path(url), undefined, { authorization: '' });
/** A POST as a browser's button, or a mail program, sends it. */
const post = (url: string, body = '', type = 'application/x-www-form-urlencoded') =>
  app.request('POST', path(url), body, { authorization: '', 'content-type': type });
const consentOf = async (id: number) => (await app.request('GET', `/contacts/${id}`)).body.consent;
const historyOf = async (id: number) => (await app.request('GET', `/contacts/${id}/consent/history`)).body;
const factsOf = (id: number) =>
  app.sql(sql<{ run_id: number; kind: string }>`select run_id, kind from engagement where contact_id = ${id}`);
/** Sends the link to a segment, and answers it with the run. */
const sendLink = async (segment: string, more: object = {}, channel: 'email' | 'sms' = 'email') => {
  const run = await carryOut(app, { target_segment: segment, message, channel, ...more });
  return { run, url: app.providers[channel].messages.at(-1)!.body };
};

describe('the unsubscribe link of a message', () => {
  it('asks when it is followed, and changes nothing', async () => {
    const id = await create('asks');
    const { url } = await sendLink('asks');
    expect(url).toMatch(/^https:\/\/news\.example\.com\/unsubscribe\/[\w-]{20,120}$/);
    const before = await contents(app);
    const { status, headers, body } = await visit(url);
    expect([status, headers['cache-control'], headers['referrer-policy']]).toEqual([200, 'no-store', 'no-referrer']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(body).toContain(`<form class="act" method="post" action="${path(url)}">`);
    expect(body).toContain('a•••@example.com');
    expect(body).not.toMatch(/asks@example|<script/);
    expect(await contents(app)).toEqual(before);
    expect(await consentOf(id)).toMatchObject({ email: 'subscribed' });
  });

  it.each([
    ['the button of its page', '', 'application/x-www-form-urlencoded'],
    ['one click in a mail program', 'List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
    [
      'one click sent as a form of several parts',
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
      'multipart/form-data; boundary=b',
    ],
  ])('unsubscribes at once by %s, once, and says where that came from', async (how, body, type) => {
    const name = how.replaceAll(' ', '-');
    const id = await create(name, { phone: `+49151${String(name.length).padStart(8, '1')}` });
    const { run, url } = await sendLink(name);
    for (let time = 0; time < 2; time += 1) {
      const answer = await post(url, body, type);
      expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
      expect(answer.body).toContain('You are unsubscribed');
    }
    expect(await consentOf(id)).toEqual({ email: 'unsubscribed', sms: 'subscribed', push: 'subscribed' });
    expect(await historyOf(id)).toEqual([
      expect.objectContaining({
        channel: 'email',
        status: 'unsubscribed',
        source: `unsubscribe link, run ${run.id}`,
        actor: 'contact',
      }),
    ]);
    expect(await factsOf(id)).toEqual([{ run_id: run.id, kind: 'unsubscribed' }]);
    expect(await app.request('GET', `/suppressions?address=${name}@example.com`)).toMatchObject({
      body: [{ channel: 'email', reason: 'unsubscribe' }],
    });
    expect((await visit(url)).body).toContain('You are unsubscribed');
  });

  it('is about the channel that it came by, and leads back to all of them', async () => {
    const id = await create('texted', { phone: '+4915112345678' });
    const { url } = await sendLink('texted', {}, 'sms');
    const { body } = await post(url);
    expect(await consentOf(id)).toEqual({ email: 'subscribed', sms: 'unsubscribed', push: 'subscribed' });
    const [, preferences] = /href="([^"]+\/preferences\/[^"]+)"/.exec(body)!;
    const { body: page } = await visit(preferences!.replaceAll('&#58;', ':').replaceAll('&#47;', '/'));
    expect(page).toContain('Subscribe to Text messages');
  });

  it('is obeyed by a running run from its next window on', async () => {
    await makeSegment(app, 'running');
    await makeContacts(app, 4, { prefix: 'r', segments: ['running'] });
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'sent', providerMessageId: null }));
    const campaign = await makeCampaign(app, { target_segment: 'running', message });
    const working = app.tick();
    await handedOver(app, 2);
    const [{ id }] = (await app.request('GET', '/contacts?email=r4@example.com')).body;
    const run = await latestRun(app, campaign.id);
    const tokens = app.app.get(SignedTokens);
    await post(tokens.link('unsubscribe', [String(id), 'email', String(run.id)], null));
    held.open();
    await working;
    expect(await latestRun(app, campaign.id)).toMatchObject({ sent: 3, skipped: 1 });
  });

  it('is 404 when it is forged, or made for something else', async () => {
    await create('forged');
    const { url } = await sendLink('forged', { message: '{{ preferences_url }}' });
    const { url: own } = await sendLink('forged');
    const bad = [`${own}A`, own.slice(0, -1), url.replace('preferences', 'unsubscribe'), `${HOST}/unsubscribe/x`];
    const before = await contents(app);
    for (const each of bad) {
      expect((await visit(each)).status).toBe(404);
      expect((await post(each, 'List-Unsubscribe=One-Click')).status).toBe(404);
    }
    expect(await contents(app)).toEqual(before);
  });
});

describe('a transactional message', () => {
  it('goes to who opted out or has not confirmed, but not to whom others stopped', async () => {
    await makeSegment(app, 'orders');
    for (const [name, consent] of [
      ['out', 'unsubscribed'],
      ['unsure', 'pending'],
      ['stopped', 'subscribed'],
      ['bounced', 'unsubscribed'],
      ['erased', 'subscribed'],
    ])
      await app.request('POST', '/contacts', {
        email: `${name}@orders.example`,
        segments: ['orders'],
        consent: { email: consent },
      });
    for (const [name, reason, channel] of [
      ['stopped', 'complaint', 'email'],
      ['bounced', 'bounce', 'email'],
      ['erased', 'manual', 'all'],
    ])
      await app.request('POST', '/suppressions', { address: `${name}@orders.example`, reason, channel });
    const marketing = await carryOut(app, { target_segment: 'orders' });
    expect(marketing).toMatchObject({ sent: 0, skipped: 5 });
    const campaign = await makeCampaign(app, { target_segment: 'orders', kind: 'transactional' });
    const { body: forecast } = await app.request('POST', `/campaigns/${campaign.id}/forecast`);
    expect(forecast.audience).toMatchObject({ contacts: 5, reachable: 2 });
    await app.tick();
    const run = await latestRun(app, campaign.id);
    const ledger = await ledgerOf(app, run.id);
    expect(
      Object.fromEntries(Object.entries(ledger).map(([email, line]) => [email, line.reason ?? line.outcome])),
    ).toEqual({
      'out@orders.example': 'sent',
      'unsure@orders.example': 'sent',
      'stopped@orders.example': 'suppressed',
      'bounced@orders.example': 'suppressed',
      'erased@orders.example': 'suppressed',
    });
    const rulesFor = async (email: string) => {
      const { contact_id: contactId } = ledger[email]!;
      const { body } = await app.request('GET', `/campaigns/${campaign.id}/explain?contact_id=${contactId}`);
      return (body.rules as { rule: string; verdict: string }[]).filter(({ rule }) => /consent|suppression/.test(rule));
    };
    expect(await rulesFor('out@orders.example')).toMatchObject([{ verdict: 'pass' }, { verdict: 'pass' }]);
    expect(await rulesFor('bounced@orders.example')).toMatchObject([{ verdict: 'pass' }, { verdict: 'stop' }]);
  });
});
