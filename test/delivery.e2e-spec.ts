import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import {
  batchesOf,
  carryOut,
  countsOf,
  eventually,
  expectBalanced,
  expectIdentity,
  gate,
  handedOver,
  ledgerOf,
  openGates,
} from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';

const accepted = () => ({ outcome: 'sent' as const, providerMessageId: null });

let app: TestApp;
let segment = 0;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '5', WINDOW_SIZE: '2', SENDER_LANES: '1' } });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = accepted;
  app.clock.advance(1_000);
});

/** A segment of its own with contacts `<prefix>1@example.com` and on. */
async function audience(count: number, prefix: string): Promise<string> {
  const name = `segment-${(segment += 1)}`;
  await makeSegment(app, name);
  if (count > 0) await makeContacts(app, count, { prefix, segments: [name] });
  return name;
}

const contactId = async (email: string): Promise<number> =>
  (await app.request('GET', '/contacts?limit=200')).body.find((contact: { email: string }) => contact.email === email)
    .id;

describe('a run', () => {
  it('sends to each of its audience once, over batches of BATCH_SIZE and windows of WINDOW_SIZE', async () => {
    const target_segment = await audience(12, 'many');
    const run = await carryOut(app, { target_segment });

    expect(run).toMatchObject({ status: 'completed', audience: 12, sent: 12, pending: 0 });
    const batches = await batchesOf(app, run.id);
    expect(batches.map(({ size, sent, state, flush }) => ({ size, sent, state, flush }))).toEqual([
      { size: 5, sent: 5, state: 'done', flush: 4 },
      { size: 5, sent: 5, state: 'done', flush: 4 },
      { size: 2, sent: 2, state: 'done', flush: 2 },
    ]);
    expect(new Set(app.providers.email.addresses()).size).toBe(12);
    await expectBalanced(app, run.id);
  });

  it('of nobody completes', async () => {
    const run = await carryOut(app, { target_segment: await audience(0, 'nobody') });
    expect(run).toMatchObject({ status: 'completed', audience: 0, pending: 0, sent: 0 });
    expect((await app.request('GET', `/campaigns/${run.campaign_id}`)).body.status).toBe('completed');
  });

  it('never has more than one window in flight', async () => {
    const held = gate();
    app.providers.email.answer = () => held.opened.then(accepted);
    const campaign = await makeCampaign(app, { target_segment: await audience(5, 'window') });
    const ticking = app.tick();
    await handedOver(app, 2);
    const run = await latestRun(app, campaign.id);
    expect((await batchesOf(app, run.id))[0]).toMatchObject({ state: 'leased', intent_upto: 2, sent: 0 });
    expect(app.providers.email.messages).toHaveLength(2);
    held.open();
    await ticking;
    expect(app.providers.email.messages).toHaveLength(5);
  });

  it('keeps audience and content as they were when it opened', async () => {
    const held = gate();
    const target_segment = await audience(4, 'frozen');
    app.providers.email.answer = () => held.opened.then(accepted);
    const campaign = await makeCampaign(app, { target_segment, message: 'first', subject: 'One' });
    const ticking = app.tick();
    await handedOver(app, 2);
    await makeContacts(app, 1, { prefix: 'late', segments: [target_segment] });
    const edit = await app.request('PATCH', `/campaigns/${campaign.id}`, { message: 'second', subject: 'Two' });
    expect(edit.body).toMatchObject({ status: 'processing', message: 'second' });
    held.open();
    await ticking;

    expect(app.providers.email.messages.map(({ body, subject }) => `${subject}: ${body}`)).toEqual(
      Array(4).fill('One: first'),
    );
    expect(app.providers.email.addresses()).not.toContain('late1@example.com');
    expect(await latestRun(app, campaign.id)).toMatchObject({ audience: 4, sent: 4, content_version: 1 });

    const schedule_time = app.clock.now().toISOString();
    app.clock.advance(1);
    expect((await app.request('PATCH', `/campaigns/${campaign.id}/reschedule`, { schedule_time })).status).toBe(409);
    const again = await app.request('PATCH', `/campaigns/${campaign.id}/reschedule`, {
      schedule_time: app.clock.now().toISOString(),
    });
    expect(again.status).toBe(200);
    await app.tick();
    expect(app.providers.email.messages.slice(4).map(({ body }) => body)).toEqual(Array(5).fill('second'));
    expect(await latestRun(app, campaign.id)).toMatchObject({ audience: 5, content_version: 2 });
  });

  it('adds up at every instant, and records early outcomes while others of their window hang', async () => {
    const target_segment = await audience(9, 'instant');
    const held = gate();
    const slow = new Set(['instant2@example.com', 'instant6@example.com']);
    app.providers.email.answer = ({ to }) => (slow.has(to) ? held.opened.then(accepted) : accepted());
    const campaign = await makeCampaign(app, { target_segment });
    let going = true;
    const ticking = app.tick().finally(() => (going = false));
    const run = await eventually(() => latestRun(app, campaign.id));
    const seen: string[] = [];
    const watching = (async () => {
      while (going) {
        const counts = await countsOf(app, run.id);
        expectIdentity(counts);
        seen.push(`${counts.pending} pending, ${counts.sent} sent`);
      }
    })();
    await eventually(
      () => seen,
      () => seen.includes('8 pending, 1 sent'),
    );
    held.open();
    await Promise.all([ticking, watching]);
    expect(await countsOf(app, run.id)).toMatchObject({ audience: 9, pending: 0, sent: 9 });
  });
});

describe('a recipient is left out', () => {
  it('who cannot or must not be reached, with the reason', async () => {
    const target_segment = await audience(3, 'consent');
    await app.request('POST', '/contacts', { phone: '+4915112345678', segments: [target_segment] });
    await app.request('POST', '/contacts', { email: 'gone@example.com', segments: [target_segment] });
    const [one, two, gone] = await Promise.all(
      ['consent1@example.com', 'consent2@example.com', 'gone@example.com'].map(contactId),
    );
    await app.request('PATCH', `/contacts/${one}`, { consent: { email: 'unsubscribed' } });
    await app.request('PATCH', `/contacts/${two}`, { consent: { email: 'pending' } });
    const held = gate();
    app.providers.email.answer = () => held.opened.then(accepted);
    const campaign = await makeCampaign(app, { target_segment });
    const ticking = app.tick();
    await handedOver(app, 1);
    expect((await app.request('DELETE', `/contacts/${gone}`)).status).toBe(204);
    held.open();
    await ticking;

    const run = await latestRun(app, campaign.id);
    expect(app.providers.email.addresses()).toEqual(['consent3@example.com']);
    expect(run).toMatchObject({ status: 'completed', audience: 5, sent: 1, skipped: 4 });
    const ledger = Object.values(await ledgerOf(app, run.id));
    const inOrder = ledger.sort((one, other) => one.contact_id - other.contact_id);
    expect(inOrder.map(({ outcome, reason, attempts }) => [outcome, reason, attempts])).toEqual([
      ['skipped', 'unsubscribed', 0],
      ['skipped', 'unconfirmed', 0],
      ['sent', null, 1],
      ['skipped', 'no_address', 0],
      ['skipped', 'contact_deleted', 0],
    ]);
    await expectBalanced(app, run.id);
  });

  it('from the next window on, once the opt-out was answered', async () => {
    const target_segment = await audience(4, 'optout');
    const last = await contactId('optout4@example.com');
    const held = gate();
    app.providers.email.answer = () => held.opened.then(accepted);
    const campaign = await makeCampaign(app, { target_segment });
    const ticking = app.tick();
    await handedOver(app, 2);
    const answer = await app.request('PATCH', `/contacts/${last}`, { consent: { email: 'unsubscribed' } });
    expect(answer.status).toBe(200);
    held.open();
    await ticking;
    expect(app.providers.email.addresses()).not.toContain('optout4@example.com');
    const run = await latestRun(app, campaign.id);
    expect(run).toMatchObject({ sent: 3, skipped: 1 });
  });
});

describe('a message', () => {
  it('is rendered for its recipient: defaults where a field is empty, values escaped in HTML', async () => {
    const target_segment = await audience(0, 'render');
    const contacts = [
      { email: 'ann@example.com', first_name: 'Ann <b>&', segments: [target_segment] },
      { email: 'who@example.com', segments: [target_segment], attributes: { plan: 'pro' } },
    ];
    await app.request('POST', '/contacts/bulk', { contacts });
    await carryOut(app, {
      target_segment,
      format: 'html',
      subject: 'For {{ first_name | default: "you" }}',
      message: '<p>Hi {{ first_name | default: "there" }}{{ attributes.plan }}</p>',
      tracking: { opens: false },
    });
    expect(app.providers.email.messages.map(({ subject, body }) => [subject, body])).toEqual([
      ['For Ann <b>&', '<p>Hi Ann &lt;b&gt;&amp;</p>'],
      ['For you', '<p>Hi therepro</p>'],
    ]);
  });

  it('that cannot be rendered fails alone', async () => {
    const target_segment = await audience(0, 'broken');
    const contacts = ['a', 'b', 'c'].map((name) => ({
      email: `${name}@broken.example.com`,
      attributes: { boxes: name === 'b' ? 100_000_000 : 1 },
      segments: [target_segment],
    }));
    await app.request('POST', '/contacts/bulk', { contacts });
    const message = '{% for box in (1..attributes.boxes) %}x{% endfor %}';
    const run = await carryOut(app, { target_segment, message });
    expect(run).toMatchObject({ status: 'completed', sent: 2, failed: 1 });
    const { 'b@broken.example.com': line } = await ledgerOf(app, run.id);
    expect(line).toMatchObject({ outcome: 'failed', reason: 'render_error', attempts: 1 });
    expect(line!.failed_attempts).toMatchObject([{ code: 'render_error', transient: false }]);
    expect(line!.failed_attempts[0]!.response).toBeTruthy();
  });
});
