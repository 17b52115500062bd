import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

let here: TestApp;
/** The same database, with a mail server elsewhere and nothing else set. */
let elsewhere: TestApp;
beforeAll(async () => {
  const env = { EMAIL_FROM: 'Bell <bell@example.com>', EMAIL_SENDERS: 'shop@example.net, example.org' };
  here = await startApp({ env });
  elsewhere = await startApp({
    env: { ...env, SMTP_URL: 'smtp://mail.example.com' },
    databaseUrl: here.databaseUrl,
    clock: here.clock,
  });
  await makeContacts(here, 1);
});
afterAll(async () => {
  await elsewhere.close();
  await here.close();
});

const campaign = { name: 'A', type: 'one_time', schedule_time: '2027-01-01', message: 'Hi' };
const create = (body: object, app = here) => app.request('POST', '/campaigns/', { ...campaign, ...body });
const both = '{{ unsubscribe_url }} {{ postal_address }}';
/** Where and why a request was refused. */
const refusals = async (answer: Promise<{ status: number; body: { errors: Record<string, string>[] } }>) => {
  const { status, body } = await answer;
  return [status, ...(body.errors ?? []).map(({ code, pointer }) => (code ? `${code} ${pointer}` : pointer))];
};

describe('a campaign is refused', () => {
  it.each<[string, object, string[]]>([
    [
      'without a link where nothing may be added',
      { footer: 'none', message: '{{ postal_address }}' },
      ['NO_UNSUBSCRIBE_LINK /message'],
    ],
    [
      'without an address where nothing may be added',
      { footer: 'none', message: '{{ unsubscribe_url }}' },
      ['NO_POSTAL_ADDRESS /message'],
    ],
    [
      'with a text that lacks both',
      { footer: 'none', format: 'html', message: both, text: 'Hi' },
      ['NO_UNSUBSCRIBE_LINK /text', 'NO_POSTAL_ADDRESS /text'],
    ],
    [
      'that only seems to have the link',
      { footer: 'none', message: `${both.replace('url', 'url.x')}` },
      ['NO_UNSUBSCRIBE_LINK /message'],
    ],
    [
      'with an element that is not displayed around the end, where the footer would be',
      { format: 'html', message: '<body><div style="display:none">Hi' },
      ['FOOTER_HIDDEN /message'],
    ],
    ['from a stranger', { sender: { email: 'bell@example.com.evil.org' } }, ['SENDER_NOT_ALLOWED /sender/email']],
    [
      'from another address of a domain of which one is allowed',
      { sender: { email: 'a@example.net' } },
      ['SENDER_NOT_ALLOWED /sender/email'],
    ],
    [
      'from two senders',
      { sender: { email: 'bell@example.com>, <b@example.com' } },
      ['SENDER_NOT_ALLOWED /sender/email'],
    ],
    [
      'from a name of several lines',
      { sender: { name: 'A\r\nBcc: b@c.d', email: 'bell@example.com' } },
      ['/sender/name'],
    ],
    ['answered to several lines', { reply_to: 'a@b.c\r\nBcc: d@e.f' }, ['/reply_to']],
    ['with words for a list that a text cannot hide', { preheader: 'Hi', text: 'Hi' }, ['/preheader', '/text']],
    ['with a preheader that is no template', { preheader: '{{ x', format: 'html' }, ['/preheader']],
    [
      'by SMS with what is for email',
      { channel: 'sms', reply_to: 'a@b.c', headers: { 'X-A': 'b' } },
      ['/reply_to', '/headers'],
    ],
    ['with a header that would begin another', { headers: { 'X-A': 'b\r\nBcc: c@d.e' } }, ['/headers/X-A']],
    ['with a header by a name that would end it', { headers: { 'X-A: b\r\nBcc': 'c' } }, ['/headers/X-A: b\r\nBcc']],
    [
      'with headers of the engine',
      { headers: { 'dkim-signature': 'x', 'List-Help': 'y', Bcc: 'z' } },
      ['/headers/dkim-signature', '/headers/List-Help', '/headers/Bcc'],
    ],
    [
      'with headers that relays and mail programs obey',
      { headers: { 'X-SMTPAPI': '{}', 'x-mailgun-tag': 'a', 'X-PM-Tag': 'b', 'Disposition-Notification-To': 'c@d.e' } },
      ['/headers/X-SMTPAPI', '/headers/x-mailgun-tag', '/headers/X-PM-Tag', '/headers/Disposition-Notification-To'],
    ],
    [
      'with Liquid where nothing is filled in',
      { headers: { 'X-A': '{% if a %}', 'X-B': 'a{{ first_name }}' } },
      ['/headers/X-A', '/headers/X-B'],
    ],
    ['with Liquid in what is added to links', { tracking: { utm: { source: 'a{{ b }}' } } }, ['/tracking/utm/source']],
    ['with a header twice', { headers: { 'X-A': '1', 'x-a': '2' } }, ['/headers/x-a']],
    ['with a header that is no text', { headers: { 'X-A': { b: 1 } } }, ['/headers/X-A']],
    ['with a line too long', { headers: { 'X-A': 'é'.repeat(500) } }, ['/headers/X-A']],
    [
      'with thirty-one headers',
      { headers: Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`X-${n}`, 'a'])) },
      ['/headers'],
    ],
  ])('%s', async (_, body, expected) => {
    expect(await refusals(create(body))).toEqual([400, ...expected]);
  });

  it('when it is to be sent, not as a draft', async () => {
    const { status, body } = await create({ footer: 'none', draft: true });
    expect(status).toBe(201);
    const launched = await here.request('POST', `/campaigns/${body.id}/launch`);
    expectProblem(launched, 400, 'INVALID_CAMPAIGN');
    expect((await here.request('PATCH', `/campaigns/${body.id}`, { message: both })).status).toBe(200);
    expect((await here.request('POST', `/campaigns/${body.id}/launch`)).status).toBe(200);
    expect((await here.request('PATCH', `/campaigns/${body.id}`, { message: 'Hi' })).status).toBe(400);
  });

  it('where recipients would not see a postal address or a link that leads here, unless it is transactional', async () => {
    expect(await refusals(create({}, elsewhere))).toEqual([400, 'NO_POSTAL_ADDRESS /kind', 'NO_PUBLIC_URL /kind']);
    for (const body of [{ kind: 'transactional' }, { channel: 'push' }, { draft: true }])
      expect((await create(body, elsewhere)).status).toBe(201);
  });

  it('at its time, where the settings have gone since', async () => {
    const { id } = await makeCampaign(here);
    for (let time = 0; time < 5; time += 1) {
      await elsewhere.tick();
      here.clock.advance(3_600_000);
    }
    const { body } = await here.request('GET', `/campaigns/${id}`);
    expect(body).toMatchObject({ status: 'failed', status_reason: expect.stringContaining('set POSTAL_ADDRESS') });
    expect(elsewhere.providers.email.messages).toEqual([]);
  });
});

describe('a message in MJML', () => {
  const written = (words: string) =>
    `<mjml><mj-body><mj-section><mj-column>${words}</mj-column></mj-section></mj-body></mjml>`;
  const message = written('<mj-text>Hi {{ first_name }}</mj-text><mj-include path="/etc/passwd" type="html" />');

  it('is sent as HTML where the package is installed, and refused where it is not', async () => {
    const installed = await import('mjml' as string).then(
      () => true,
      () => false,
    );
    if (!installed) {
      const answer = await create({ format: 'mjml', message });
      expect(answer.body.errors).toEqual([
        { pointer: '/format', message: expect.stringContaining('npm install mjml') },
      ]);
      return;
    }
    const { id } = await makeCampaign(here, { format: 'mjml', message });
    await here.tick();
    const run = await latestRun(here, id);
    const sent = here.providers.email.messages.find(({ runId }) => runId === run.id)!;
    expect(sent).toMatchObject({ format: 'html', body: expect.stringContaining('Hi Name1') });
    expect(sent.body).not.toMatch(/<mj-|root:|fonts\.googleapis/);
    expect(sent.letter!.bodies().text).toMatch(/^Hi Name1\s/);
    expect(await refusals(create({ format: 'mjml', message: written('<mj-nope/>') }))).toEqual([400, '/message']);
    expect(await refusals(create({ format: 'mjml', message: '<p>Hi</p>' }))).toEqual([400, '/message']);
    const choice = ['{% if attributes.vip %}', '<mj-text>VIP ONLY</mj-text>', '{% endif %}'];
    const { body } = await create({ format: 'mjml', message: written(choice.join('')) });
    expect(body.errors).toEqual([
      { pointer: '/message', message: expect.stringMatching(/^line 1, column 39: {% if attributes\.vip %} .* mj-raw/) },
    ]);
    const raw = choice.map((piece) => (piece.startsWith('{') ? `<mj-raw>${piece}</mj-raw>` : piece));
    await makeCampaign(here, { format: 'mjml', message: written(raw.join('')) });
  });
});

describe('what a campaign says about its messages', () => {
  const said = {
    kind: 'transactional',
    footer: 'none',
    preheader: 'Hi {{ first_name }}',
    reply_to: 'hello@example.org',
    sender: { name: 'Shop', email: 'Shop@example.net' },
    text: 'Hi',
    headers: { 'X-A': 'b' },
  };

  it('is kept, shown, taken back by null, and makes a new version of its content', async () => {
    const { body: made } = await create({ ...said, format: 'html', message: '<p>Hi</p>' });
    expect(made).toMatchObject(said);
    const edit = async (body: object) => (await here.request('PATCH', `/campaigns/${made.id}`, body)).body;
    expect(await edit({ name: 'B' })).toMatchObject(said);
    const nothing = { preheader: null, reply_to: null, sender: null, text: null, headers: null };
    expect(await edit(nothing)).toMatchObject({ ...nothing, kind: 'transactional', footer: 'none' });
  });

  it('stays with a run as it was when it opened', async () => {
    const { id } = await makeCampaign(here, { type: 'recurring', frequency: 'hourly', reply_to: 'one@example.com' });
    await here.tick();
    await here.request('PATCH', `/campaigns/${id}`, { reply_to: 'two@example.com' });
    const run = await latestRun(here, id);
    const { letter } = here.providers.email.messages.find(({ runId }) => runId === run.id)!;
    expect(letter!.edition).toMatchObject({ replyTo: 'one@example.com', kind: 'marketing' });
  });
});
