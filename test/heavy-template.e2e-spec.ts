import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

describe('a template that takes long to fill', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('leaves the process to others between recipients of one window', async () => {
    await makeContacts(app, 40);
    const campaign = await makeCampaign(app, {
      message: '{% for i in (1..1500) %}{{ first_name | upcase }}{% endfor %}',
    });
    let ticking = true;
    const tick = app.tick().finally(() => (ticking = false));
    const seen = new Set<number>();
    while (ticking) {
      seen.add(app.providers.email.messages.length);
      await nextTurn();
    }
    await tick;
    expect([...seen].some((messages) => messages > 0 && messages < 40)).toBe(true);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 40 });
  });
});
