import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts, makeSegment } from './support/factories.js';

const NOW = '2026-11-22T12:00:00.000Z';
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const html = (links: string) => `<html><body><p>Hi {{ first_name }}</p>${links}</body></html>`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { PUBLIC_URL: 'https://news.example.com', TRACKING_LINKS_DAYS: '400' } });
  await makeSegment(app, 'one');
  await makeContacts(app, 1, { segments: ['one'] });
  await app.request('PATCH', '/contacts/1', { attributes: { city: 'São Paulo', path: '//evil.example/' } });
});
afterAll(() => app.close());
afterEach(() => {
  app.clock.set(NOW);
  app.providers.email.messages.splice(0);
  app.providers.sms.messages.splice(0);
});

/** Sends to the one contact, and answers what arrived with the links in it, by their text. */
async function sent(overrides: object) {
  const run = await carryOut(app, { target_segment: 'one', format: 'html', ...overrides });
  const { body } = [...app.providers.email.messages, ...app.providers.sms.messages].at(-1)!;
  const links = Object.fromEntries(
    Array.from(body.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/g), ([, to, text]) => [text, to!]),
  );
  const pixel = /<img src="([^"]+)"/.exec(body)?.[1];
  return { run, body, links, pixel };
}
const pathOf = (url: string) => url.replace('https://news.example.com', '');
const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(method, pathOf(url), undefined, { authorization: '', 'user-agent': BROWSER, ...headers });
const later = () => app.clock.advance(60_000);
const flushed = () => app.app.get(HitBuffer).flush();
const analyticsOf = async ({ campaign_id: id }: { campaign_id: number }) =>
  (await app.request('GET', `/analytics/${id}`)).body;

describe('a counted link', () => {
  it('leads where the stored message says, and nowhere else', async () => {
    const message = html(
      `<a class="b" href='https://shop.example/a?x=1&amp;y=2#top'>plain</a><a href="https://shop.example/{{ attributes.city }}">filled</a>`,
    );
    const { links, run } = await sent({ message, tracking: { utm: { source: 'news', medium: 'e mail' } } });
    later();
    const answer = await get(links.plain!);
    expect(answer.status).toBe(302);
    expect(answer.headers).toMatchObject({
      location: 'https://shop.example/a?x=1&y=2&utm_source=news&utm_medium=e%20mail#top',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(links.plain).toMatch(/^https:\/\/news\.example\.com\/c\/[\w-]{18,26}$/);
    expect((await get(`${links.plain}?url=https://evil.example/`)).headers.location).toMatch(
      /^https:\/\/shop\.example\//,
    );
    later();
    expect((await get(links.filled!)).headers.location).toMatch(/^https:\/\/shop\.example\/S%C3%A3o%20Paulo\?utm_/);
    await flushed();
    const { body } = await app.request('GET', `/campaigns/${run.campaign_id}/links`);
    expect(
      body.map(({ target, clicked, clicks, runs }: Record<string, unknown>) => [target, clicked, clicks, runs]),
    ).toEqual([
      [
        'https://shop.example/a?x=1&y=2#top',
        1,
        2,
        [{ run_id: run.id, clicked: 1, clicked_all: 1, clicks: 2, clicks_all: 2 }],
      ],
      ['https://shop.example/{{ attributes.city }}', 1, 1, [expect.objectContaining({ run_id: run.id, clicks: 1 })]],
    ]);
  });

  it('stays as it is where it is none, or where a value could decide whose page it leads to', async () => {
    const others = [
      '{{ unsubscribe_url }}',
      '{{ preferences_url }}',
      'mailto:a@example.org',
      'tel:+123',
      '#top',
      '/relative',
      'https://{{ attributes.city }}.example/',
      'https://shop.example{{ attributes.path }}',
      'https://a@shop.example/',
      'javascript:alert(1)',
      'https://shop.example/?u={{ unsubscribe_url }}',
      '{% if first_name %}https://shop.example/{% endif %}',
    ];
    const message = html(
      `${others.map((to, index) => `<a href="${to}">${index}</a>`).join('')}{% raw %}<a href="https://raw.example/">raw</a>{% endraw %}
       {% for email in attributes.list %}<a href="https://shop.example/{{ email }}">loop</a>{% endfor %}<!-- <a href="https://x.example/">c</a> -->`,
    );
    const { body, run } = await sent({ message });
    expect(body).not.toContain('/c/');
    expect(body).toContain('href="https://raw.example/"');
    expect((await app.request('GET', `/campaigns/${run.campaign_id}/links`)).body).toEqual([]);
  });

  it('keeps what is there of utm, and says it where it is not', async () => {
    const message = html('<a href="https://shop.example/?utm_source=own">a</a>');
    const { links } = await sent({ message, tracking: { utm: { source: 'news', campaign: 'w&w' } } });
    expect((await get(links.a!)).headers.location).toBe('https://shop.example/?utm_source=own&utm_campaign=w%26w');
  });

  it('that is forged, for something else or too old is not found', async () => {
    const { links, pixel } = await sent({ message: html('<a href="https://shop.example/">a</a>') });
    const token = links.a!.split('/').at(-1)!;
    const bytes = Buffer.from(token, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const forged = Buffer.from(bytes);
      forged[index]! ^= 1;
      expect((await get(`/c/${forged.toString('base64url')}`)).status).toBe(404);
    }
    for (const wrong of [
      '/c/x',
      `/c/${token}A`,
      `/c/${token}=`,
      `/o/${token}.gif`,
      pixel!.replace('/o/', '/c/').replace('.gif', ''),
      pixel!.replace('.gif', ''),
    ])
      expect([wrong, (await get(wrong)).status]).toEqual([wrong, 404]);
    app.clock.set('2027-12-26T12:00:00Z');
    expect((await get(links.a!)).status).toBe(302);
    app.clock.set('2027-12-29T12:00:00Z');
    expect((await get(links.a!)).status).toBe(404);
    expect((await get(pixel!)).status).toBe(404);
  });

  it('in an SMS is counted where that is wanted', async () => {
    await app.request('PATCH', '/contacts/1', { phone: '+4915112345678' });
    await app.request('PATCH', '/contacts/1', { consent: { sms: 'subscribed' } });
    const sms = { channel: 'sms', format: 'text', message: 'Look (https://shop.example/x). {{ first_name }}' };
    expect((await sent(sms)).body).toBe('Look (https://shop.example/x). Name1');
    const { body } = await sent({ ...sms, tracking: { clicks: true } });
    const link = /\((https:\/\/news\.example\.com\/c\/[\w-]+)\)\. Name1$/.exec(body)![1]!;
    expect((await get(link)).headers.location).toBe('https://shop.example/x');
  });

  it('in an SMS is as long in the preview and in the forecast as it is sent, and leads nowhere there', async () => {
    const message = `Hi {{ first_name }}, ${'x'.repeat(120)} https://ex.co/x`;
    const sms = { channel: 'sms', message, tracking: { clicks: true } };
    const asked = await app.request('POST', '/campaigns/preview', { ...sms, contact_id: 1 });
    const draft = {
      ...sms,
      name: 'D',
      type: 'one_time',
      draft: true,
      schedule_time: '2027-01-01T10:00:00',
      target_segment: 'one',
    };
    const { id } = (await app.request('POST', '/campaigns', draft)).body;
    const kept = await app.request('POST', `/campaigns/${id}/preview`, { contact_id: 1 });
    const forecast = await app.request('POST', `/campaigns/${id}/forecast`);
    const { body } = await sent({ ...sms, format: 'text' });
    for (const { text, sms: counted } of [asked.body, kept.body]) {
      expect(text).toHaveLength(body.length);
      expect(counted).toMatchObject({ units: body.length, segments: 2 });
      const link = /https:\/\/news\.example\.com\/c\/[\w-]+$/.exec(text)![0];
      expect((await get(link)).status).toBe(404);
    }
    expect(forecast.body.sms).toMatchObject({ fewest_segments: 2, most_segments: 2, estimated_segments: 2 });
    const plain = await app.request('POST', '/campaigns/preview', { channel: 'sms', message, contact_id: 1 });
    expect(plain.body.text).toMatch(/ https:\/\/ex\.co\/x$/);
  });
});

describe('what is counted', () => {
  it('is asked for by each campaign, and refused where it cannot be', async () => {
    const message = html('<a href="https://shop.example/">a</a>');
    expect((await sent({ message, tracking: { clicks: false } })).links.a).toBe('https://shop.example/');
    const { body, pixel } = await sent({ message, tracking: { opens: false } });
    expect([body.includes('/c/'), pixel]).toEqual([true, undefined]);
    const off = await sent({ message, tracking: { opens: false, clicks: false } });
    expect(off.body).toBe(message.replace('{{ first_name }}', 'Name1'));
    const campaign = { name: 'C', type: 'one_time', schedule_time: NOW, message: 'Hi' };
    const post = (more: object) => app.request('POST', '/campaigns/', { ...campaign, ...more });
    expect((await post({ draft: true })).body.tracking).toEqual({ opens: false, clicks: false, utm: null });
    expect((await post({ draft: true, format: 'html' })).body.tracking).toEqual({
      opens: true,
      clicks: true,
      utm: null,
    });
    for (const [wrong, pointer] of [
      [{ tracking: { opens: true } }, '/tracking/opens'],
      [{ tracking: { clicks: true }, channel: 'push' }, '/tracking/clicks'],
      [{ tracking: { opens: 'yes' } }, '/tracking/opens'],
      [{ tracking: { utm: { source: '\n' } } }, '/tracking/utm/source'],
      [{ tracking: { pixel: true } }, '/tracking/pixel'],
    ] as const) {
      const answer = await post(wrong);
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer]);
    }
  });

  it('is an open by its pixel, a click also where images are blocked, and never a HEAD', async () => {
    const { run, links, pixel } = await sent({ message: html('<a href="https://shop.example/">a</a>') });
    later();
    const head = await get(links.a!, {}, 'HEAD');
    expect([head.status, head.headers.location]).toEqual([302, 'https://shop.example/']);
    expect((await get(pixel!, {}, 'HEAD')).status).toBe(200);
    await flushed();
    expect(await analyticsOf(run)).toMatchObject({ opened_all: 0, clicked_all: 0, opens_all: 0, clicks_all: 0 });
    await get(links.a!);
    await flushed();
    const clicked = { opened: 1, opened_all: 1, opens: 0, clicked: 1, clicked_all: 1, clicks: 1, clicks_all: 1 };
    const seen = await analyticsOf(run);
    expect(seen).toMatchObject({ ...clicked, rates: { open_rate: 1, click_rate: 1 } });
    expect(seen.runs[0]).toMatchObject(clicked);
    const image = await get(pixel!);
    expect(image.headers).toMatchObject({ 'content-type': 'image/gif', 'cache-control': 'no-store' });
    await get(pixel!);
    await flushed();
    expect(await analyticsOf(run)).toMatchObject({ ...clicked, opens: 2, opens_all: 2 });
  });
});
