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
    // Others have their turn right after the first message has left, and look how many have by then.
    const { messages } = app.providers.email;
    let seen: Promise<number> | undefined;
    app.providers.email.answer = () => {
      seen ??= nextTurn().then(() => messages.length);
      return { outcome: 'sent', providerMessageId: null };
    };
    await app.tick();
    expect(await seen).toBeGreaterThan(0);
    expect(await seen).toBeLessThan(40);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 40 });
  });
});
