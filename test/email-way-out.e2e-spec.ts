import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts, makeSegment } from './support/factories.js';

const ADDRESS = '1 Bell Lane';
const LINK = /http\S+\/unsubscribe\/[\w-]+/;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { POSTAL_ADDRESS: ADDRESS } });
  await makeSegment(app, 'one');
  await makeContacts(app, 1, { segments: ['one'] });
});
afterAll(() => app.close());

/** Sends a marketing email in HTML to one contact; answers its run, and its texts where it was sent. */
async function send(message: string, more: object = {}) {
  const run = await carryOut(app, { target_segment: 'one', format: 'html', message, ...more });
  const [sent] = app.providers.email.messages.splice(0);
  return { run, bodies: sent?.letter?.bodies() ?? null };
}

describe('a finished marketing email', () => {
  it.each([
    ['a comment', '<!-- <a href="{{ unsubscribe_url }}">u</a>{{ postal_address }} -->'],
    ['what is not displayed', '<div style="display:none">{{ unsubscribe_url }}{{ postal_address }}</div>'],
    [
      'an attribute',
      '{% capture x %}{{ unsubscribe_url }}{{ postal_address }}{% endcapture %}<p title="{{ x }}">x</p>',
    ],
  ])('gets a footer though the way out and the address are in %s', async (_, hidden) => {
    const { bodies } = await send(`<body><p>{% if first_name %}Hi{% endif %}</p>${hidden}</body>`);
    const footer = bodies!.html!.slice(bodies!.html!.lastIndexOf('<p style='));
    expect(footer).toMatch(LINK);
    expect(footer).toContain(ADDRESS);
  });

  it('gets none where it shows both itself', async () => {
    const own = '<a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}';
    const { bodies } = await send(`<!-- x --><p>{% if first_name %}Hi{% endif %}</p>${own}`);
    expect(bodies!.html!.split(ADDRESS)).toHaveLength(2);
    expect(bodies!.html!.match(new RegExp(LINK, 'g'))).toHaveLength(1);
  });

  const both = '<a href="{{ unsubscribe_url }}">u</a>{{ postal_address }}';
  it.each<[string, string, object]>([
    ['the address', '<a href="{{ unsubscribe_url }}">u</a>{% if false %}{{ postal_address }}{% endif %}x', {}],
    ['both in its text', both, { text: '{% if false %}{{ unsubscribe_url }}{{ postal_address }}{% endif %}text only' }],
    [
      'what people can see',
      '{% if true %}{% assign a = unsubscribe_url %}{% assign b = postal_address %}<!-- {{ a }} {{ b }} -->{% endif %}x',
      {},
    ],
  ])('is not sent where nothing may be added and it leaves out %s', async (_, message, more) => {
    const { run, bodies } = await send(message, { footer: 'none', ...more });
    expect([run, bodies]).toEqual([expect.objectContaining({ status: 'completed', failed: 1 }), null]);
    const { body } = await app.request('GET', `/runs/${run.id}/deliveries`);
    expect(body[0].reason).toBe('render_error');
  });
});

it.each(['<div>', '<b>'])('HTML nested thousands of times in itself (%s) is sent, and its run ends', async (tag) => {
  const { run, bodies } = await send(`${tag.repeat(4_000)}x`);
  expect(run).toMatchObject({ status: 'completed', sent: 1 });
  expect(bodies!.html).toMatch(LINK);
});
