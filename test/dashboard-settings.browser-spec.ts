import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiServer } from './support/api-server.js';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';

jest.setTimeout(60_000);

describe('the settings of the dashboard', () => {
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
    // What was typed is not lost to a key: the browser asks, and here nobody says yes.
    await page.keyboard.press('Escape');
    await page.getByLabel('Kind', { exact: true }).first().click();
    await page.getByRole('option', { name: 'Sandbox: delivers to nobody' }).click();
    await press('Save');
    await see(/name must be 1 to 50 lower-case letters/);
    // The browser reports every 400 itself; this one was asked for.
    complaints.splice(0);
    await fill('Name', 'second');
    await press('Save');
    await see(/inbound\/second/);
    await page.locator('button:focus', { hasText: 'Add an account' }).waitFor();
    expect(await page.getByText(/takes over when it fails/).count()).toBe(0);
    await fill('To whom a test of second goes', 'me@example.org');
    await press('Send a test');
    await page.getByText('sent', { exact: true }).waitFor();
    const accounts = await api('GET', '/providers');
    expect(accounts.at(-1)).toMatchObject({ name: 'second', kind: 'sandbox', source: 'database', enabled: true });
    await page.goto(`${dashboard.home}/sandbox`);
    await see(/as a test/);
  });

  it('ask for what a mail server needs, and keep its password where another setting is changed', async () => {
    const { page, home, api } = dashboard;
    const dialog = page.getByRole('dialog');
    const type = (label: string | RegExp, text: string) => dialog.getByLabel(label).fill(text);
    await page.goto(`${home}/settings`);
    await press('Add an account');
    await type(/^Name/, 'relay');
    await type(/^Sender/, 'News <news@example.org>');
    await type(/^Server/, 'smtp.example.org');
    await type(/^Port/, '99999');
    await type('User', 'news');
    await type(/^Password/, 'swordfish');
    await type('A second', '20');
    await type('A day', '50000');
    await press('Save');
    await dialog
      .getByText(/port must not be greater than 65535/)
      .nth(1)
      .waitFor();
    dashboard.complaints.splice(0);
    await type(/^Port/, '2525');
    await press('Save');
    await see(/inbound\/relay/);
    await press('Change relay');
    await type('A day', '40000');
    expect(await dialog.getByLabel(/^Password/).inputValue()).toBe('');
    await press('Save');
    await dialog.waitFor({ state: 'detached' });
    const { settings, has_secret, limits } = (await api('GET', '/providers')).at(-1);
    expect(settings).toEqual({ from: 'News <news@example.org>', host: 'smtp.example.org', port: 2525, user: 'news' });
    expect(has_secret).toBe(true);
    expect(limits.map(({ period, limit }: { period: string; limit: number }) => [period, limit])).toEqual([
      ['day', 40_000],
      ['second', 20],
    ]);
  });

  it('make a key that is shown once and works, and revoke it at once after a question', async () => {
    const { page, home } = dashboard;
    await page.goto(`${home}/settings?part=keys`);
    await fill('Name of the key', 'CRM sync');
    await press('Make a key');
    const key = await page
      .getByRole('dialog')
      .getByText(/^ck_live_/)
      .innerText();
    const ask = (secret = key) =>
      fetch(`${home.replace('/dashboard', '')}/sessions/current`, { headers: { authorization: `Bearer ${secret}` } });
    expect(await (await ask()).json()).toMatchObject({ name: 'CRM sync', scopes: ['write'] });
    await page.keyboard.press('Escape');
    await page.getByText(key).waitFor({ state: 'detached' });
    await fill('Name of the key', 'abroad');
    await fill('From where it may be used', '203.0.113.0/24, elsewhere');
    await press('Make a key');
    await page.getByText('networks[1] must be an IP address').waitFor();
    // The browser tells of every 400.
    dashboard.complaints.splice(0);
    await fill('From where it may be used', '203.0.113.0/24, 2001:db8::1');
    await press('Make a key');
    const bound = await page
      .getByRole('dialog')
      .getByText(/^ck_live_/)
      .innerText();
    expect((await ask(bound)).status).toBe(403);
    await page.keyboard.press('Escape');
    await page.getByText('only from 203.0.113.0/24, 2001:db8::1').waitFor();
    await press('Revoke CRM sync');
    await press('Leave it');
    expect((await ask()).status).toBe(200);
    await press('Revoke CRM sync');
    await press('Revoke it');
    await page.getByRole('cell', { name: 'CRM sync', exact: true }).waitFor({ state: 'detached' });
    expect((await ask()).status).toBe(401);
  });

  it('take an address onto the list, and offer to take it off only where it was not there', async () => {
    const { page, home, api } = dashboard;
    await api('POST', '/suppressions', { address: 'left@example.org', reason: 'unsubscribe' });
    await page.goto(`${home}/settings?part=suppressions`);
    await fill('Address', 'left@example.org');
    await press('Suppress');
    await see('left@example.org is on the list already: Unsubscribe.');
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
    expect(await api('GET', '/suppressions?address=left@example.org')).toMatchObject([{ reason: 'unsubscribe' }]);
  });

  it('add a webhook whose secret is shown once, test it, and send again what it did not take', async () => {
    const { page, home, api } = dashboard;
    const server = await ApiServer.start();
    server.script = () => ({ status: server.seen.length === 1 ? 500 : 200 });
    await page.goto(`${home}/settings?part=webhooks`);
    await see('No webhook yet');
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
    await press(`Send again event ${delivery}`);
    await page.getByText('delivered', { exact: true }).waitFor();
    const ids = new Set(server.seen.map(({ headers }) => headers['webhook-id']));
    expect([server.seen.length, ids.size]).toEqual([2, 1]);
    await press('Pause');
    await see('paused');
    await server.stop();
  });

  it('lead reports to their list, of which a kind can be asked for', async () => {
    const { page, home } = dashboard;
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'message/rfc822' };
    const mail = [
      'From: MAILER-DAEMON@mx.example.net',
      'Message-Id: <dsn-1@mx.example.net>',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.net',
      '',
      'Final-Recipient: rfc822; gone@example.org',
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1 no such user',
      '',
      '--b--',
      '',
    ];
    const url = `${home.replace('/dashboard', '')}/inbound/mail`;
    const answer = await fetch(url, { method: 'POST', headers, body: mail.join('\r\n') });
    expect(await answer.json()).toEqual({ kind: 'bounced', message: null });
    await page.goto(`${home}/reports`);
    await page.getByRole('row', { name: /Bounced.*no such user/ }).waitFor();
    await dashboard.picture('reports-list');
    await page.goto(`${home}/reports?kind=complained`);
    await see('Nothing of that kind was reported');
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
    await page.getByText('key.created').first().waitFor({ state: 'detached' });
    expect(dashboard.complaints).toEqual([]);
  });
});
