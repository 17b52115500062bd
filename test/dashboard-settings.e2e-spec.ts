import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiServer } from './support/api-server.js';
import { browserPath, type Dashboard, KEY, openDashboard } from './support/dashboard.js';

jest.setTimeout(60_000);

(browserPath === null ? describe.skip : describe)('the settings of the dashboard', () => {
  let dashboard: Dashboard;
  const see = (text: string | RegExp) => dashboard.page.getByText(text).first().waitFor();
  const press = (name: string) => dashboard.page.getByRole('button', { name, exact: true }).click();
  const fill = (label: string, text: string) => dashboard.page.getByLabel(label, { exact: true }).fill(text);

  beforeAll(async () => {
    dashboard = await openDashboard({ env: { PASSWORD_COST: '12', ALLOW_PRIVATE_NETWORKS: 'true' } });
    await dashboard.page.goto(`${dashboard.home}/settings#key=${KEY}`);
  });
  afterAll(() => dashboard.close());

  it('add an account at a provider, say what is wrong with it, and send a test through it', async () => {
    const { page, api, complaints } = dashboard;
    await press('Add an account');
    await fill('Name', 'Second');
    await page.getByLabel('Kind', { exact: true }).first().click();
    await page.getByRole('option', { name: 'sandbox', exact: true }).click();
    await press('Save');
    await see(/name must be 1 to 50 lower-case letters/);
    // The browser reports every 400 itself; this one was asked for.
    complaints.splice(0);
    await fill('Name', 'second');
    await press('Save');
    await see(/inbound\/second/);
    await fill('To whom a test of second goes', 'me@example.org');
    await press('Send a test');
    await page.getByText('sent', { exact: true }).waitFor();
    const accounts = await api('GET', '/providers');
    expect(accounts.at(-1)).toMatchObject({ name: 'second', kind: 'sandbox', source: 'database', enabled: true });
    await page.goto(`${dashboard.home}/sandbox`);
    await see(/as a test/);
  });

  it('make a key that is shown once and works, and revoke it only when nobody objects', async () => {
    const { page, home } = dashboard;
    await page.goto(`${home}/settings?part=keys`);
    await fill('Name of the key', 'CRM sync');
    await press('Make a key');
    const key = await page
      .getByRole('dialog')
      .getByText(/^ck_live_/)
      .innerText();
    const ask = () =>
      fetch(`${home.replace('/dashboard', '')}/sessions/current`, { headers: { authorization: `Bearer ${key}` } });
    expect(await (await ask()).json()).toMatchObject({ name: 'CRM sync', scopes: ['write'] });
    await page.keyboard.press('Escape');
    await page.getByText(key).waitFor({ state: 'detached' });
    await press('Revoke CRM sync');
    await press('Undo');
    expect((await ask()).status).toBe(200);
  });

  it('add a webhook whose secret is shown once, test it, and send again what it did not take', async () => {
    const { page, home, api } = dashboard;
    const server = await ApiServer.start();
    server.script = () => ({ status: server.seen.length === 1 ? 500 : 200 });
    await page.goto(`${home}/settings?part=webhooks`);
    await fill('URL of the endpoint', server.url);
    await page.getByLabel('Somebody unsubscribed').check();
    await press('Add an endpoint');
    const secret = page.getByRole('dialog').getByText(/^whsec_/);
    await secret.waitFor();
    await page.keyboard.press('Escape');
    await secret.waitFor({ state: 'detached' });
    await press('Send a test');
    await see('it answered 500');
    await press('What it was told');
    await see('webhook.test');
    const [{ id, events }] = await api('GET', '/webhooks');
    expect(events).toEqual(['run.completed', 'contact.unsubscribed']);
    const [{ id: delivery }] = await api('GET', `/webhooks/${id}/deliveries`);
    await dashboard.picture('settings-webhooks');
    await press(`Send event ${delivery} again`);
    await page.getByText('delivered', { exact: true }).waitFor();
    const ids = new Set(server.seen.map(({ headers }) => headers['webhook-id']));
    expect([server.seen.length, ids.size]).toEqual([2, 1]);
    await press('Pause');
    await see('paused');
    await server.stop();
  });

  it('invite a user, and find that in the audit log', async () => {
    const { page, home } = dashboard;
    await page.goto(`${home}/settings?part=users`);
    await fill('Address of the user', 'ann@example.com');
    await press('Invite');
    await see(/#link=/);
    await page.goto(`${home}/settings?part=audit`);
    await fill('Kind of thing', 'user');
    await see('user.created');
    await page.getByText('key.created').waitFor({ state: 'detached' });
    expect(dashboard.complaints).toEqual([]);
  });
});
