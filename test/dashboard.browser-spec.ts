import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';

jest.setTimeout(60_000);

// Below a path, as a proxy serves it: every address the client makes has to know of it.
const PATH = '/mail/news';

describe('the dashboard', () => {
  let dashboard: Dashboard;
  const see = (text: string | RegExp) => dashboard.page.getByText(text).first().waitFor();
  const press = (name: string | RegExp) => dashboard.page.getByRole('button', { name }).first().click();
  const fill = (label: string, text: string) => dashboard.page.getByLabel(label).first().fill(text);

  beforeAll(async () => {
    // So slow that a person, or a test, can stop a run: sixty recipients take six seconds.
    dashboard = await openDashboard({ path: PATH, env: { EMAIL_RATE_LIMIT: '10/s' } });
    // As over plain HTTP from anywhere but this machine, where browsers withhold it.
    await dashboard.context.addInitScript('delete Crypto.prototype.randomUUID');
  });
  afterAll(() => dashboard.close());

  it('is served as a page that is asked for anew and files that are kept for ever', async () => {
    const page = await fetch(`${dashboard.home}/campaigns/12`);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    const script = /src="([^"]+\.js)"/.exec(html)![1]!;
    expect(script).toMatch(new RegExp(`^${PATH}/dashboard/assets/`));
    const asset = await fetch(new URL(script, dashboard.home), { headers: { 'accept-encoding': 'br' } });
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-encoding')).toBe('br');
    expect((await fetch(`${dashboard.home}/assets/gone-12345678.js`)).status).toBe(404);
    expect((await fetch(`${dashboard.home}/assets/..%2findex.html`)).status).toBe(404);
  });

  it('says what is wrong with a key, and with the right one opens the screen that was asked for', async () => {
    const { page, home, complaints } = dashboard;
    await page.goto(`${home}/contacts?segment=tech`);
    await fill('API key', 'ck_live_wrong');
    await press('Sign in');
    await see('This key is not known.');
    // The browser reports every 401 itself; this one was asked for.
    complaints.splice(0);
    await fill('API key', KEY);
    await press('Sign in');
    await page.getByRole('heading', { name: 'Contacts' }).waitFor();
    await see('user2@example.com');
    expect(page.url()).toBe(`${home}/contacts?segment=tech`);
    expect(page.url()).not.toContain(KEY);
  });

  it('writes a campaign, shows it as a contact will get it, and delivers it while one looks on', async () => {
    const { page, home, api } = dashboard;
    await page.goto(`${home}/campaigns/new`);
    await fill('Name', 'Autumn letter');
    await fill('Subject', 'For {{ first_name }}');
    await fill('Message', 'Dear {{ first_name }}, your {{ attributes.colour }} is here.');
    await see(/^Dear \w+, your/);
    await see(/has no attributes\.colour, and nothing stands in its place\. A default would: /);
    await press('Next');
    await page.getByLabel('In any of these segments').first().click();
    await page.getByRole('option', { name: /^finance/ }).click();
    await page.keyboard.press('Escape');
    await see(/^1?\d$/);
    await press('Next');
    await fill('Time', '2026-03-29T02:30');
    await see('This time is past');
    await press('Save the draft and review it');
    await see('Would get it');
    await dashboard.picture('editor-review');
    await press('Launch it');
    await see('Sending');
    await see('Completed');
    const campaigns = await api('GET', '/campaigns?limit=200');
    const { id } = campaigns.find(({ name }: { name: string }) => name === 'Autumn letter');
    const analytics = await api('GET', `/analytics/${id}`);
    expect(analytics).toMatchObject({ sent: analytics.audience, failed: 0 });
    expect(analytics.sent).toBeGreaterThan(10);
    // Analyse says the same as the API.
    await see(`100% of ${analytics.sent} answered`);
    await page.getByRole('link', { name: /^Run of .*sent/ }).click();
    await see('Balanced: every recipient is in exactly one outcome');
    await press(/^Explain /);
    await see(/Rule by rule/);
    await see(/^Why (?!contact \d)\S.* got it, or not$/);
    await page.keyboard.press('Escape');
  });

  it('shows what the API refuses at the field that is wrong', async () => {
    const { page, home, complaints } = dashboard;
    await page.goto(`${home}/campaigns/new`);
    await fill('Message', 'Hello');
    await page.getByRole('button', { name: /Review/ }).click();
    await page.getByText('name must not be empty').nth(1).waitFor();
    expect(await page.getByText('name must not be empty').count()).toBe(2);
    await page.getByRole('textbox', { name: 'Name' }).first().fill('Broken');
    await fill('Message', 'Hello {{ first_name | no_such_filter }}');
    await see('The template can not be read');
    // Where it is written, and before anything is saved.
    await page.locator('textarea[aria-invalid=true]').waitFor();
    await page.getByRole('button', { name: /Review/ }).click();
    await page.getByText('undefined filter: no_such_filter').nth(1).waitFor();
    expect(await page.getByLabel('Message').first().getAttribute('aria-invalid')).toBe('true');
    // With the screen go the last of its previews, of whose refusal the browser complains.
    await page.goto(home);
    complaints.splice(0);
  });

  it('changes a campaign that is scheduled, and of it only what was changed', async () => {
    const { page, home, api } = dashboard;
    const before = await api('GET', '/campaigns/3');
    await page.goto(`${home}/campaigns/3/edit`);
    await fill('Subject', 'Your week, {{ first_name }}');
    await page.getByRole('button', { name: /Review/ }).click();
    await see('What changes');
    await press('Save the changes');
    await page.getByRole('heading', { name: before.name, exact: true }).waitFor();
    const { updated_at, ...after } = await api('GET', '/campaigns/3');
    expect({ ...after, updated_at: before.updated_at }).toEqual({
      ...before,
      subject: 'Your week, {{ first_name }}',
      version: before.version + 1,
      content_version: before.content_version + 1,
    });
    expect(updated_at).not.toBe(before.updated_at);
  });

  it('finds campaigns by what stands in the address, and pauses those that were chosen together', async () => {
    const { page, home, api } = dashboard;
    await page.goto(`${home}/campaigns?status=pending`);
    await page.getByLabel('Search campaigns').fill('finance');
    await page.waitForURL(/q=finance/);
    await page.getByLabel('Choose all').check();
    await see('1 campaign chosen');
    for (const _ of ['the table', 'what is before it']) await page.keyboard.press('Shift+Tab');
    await page.locator('button:focus', { hasText: 'Clear' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#choose-all:focus').waitFor();
    await page.keyboard.press('Space');
    await press('Pause 1');
    await see('Paused “Monday finance brief”.');
    expect(await api('GET', '/campaigns/3')).toMatchObject({ status: 'paused' });
    await press('Undo');
    await page.getByRole('link', { name: 'Monday finance brief' }).waitFor();
    expect(await api('GET', '/campaigns/3')).toMatchObject({ status: 'pending' });
  });

  it('puts campaigns that were chosen side by side, with the same figures as the API', async () => {
    const { page, home, api } = dashboard;
    await page.goto(`${home}/campaigns`);
    await page.getByLabel('Choose Welcome Techies').check();
    expect(await page.getByRole('link', { name: 'Compare' }).count()).toBe(0);
    await page.getByLabel('Choose Monday finance brief').check();
    await page.getByRole('link', { name: 'Compare' }).click();
    await see('Campaigns side by side');
    const row = page.getByRole('row', { name: /Welcome Techies/ });
    await row.waitFor();
    const [compared] = await api(
      'GET',
      `/analytics/compare${new URL(page.url()).search.replace(/.*=(\d+)-(\d+)/, '?campaign_id=$1&campaign_id=$2')}`,
    );
    const named = page.getByRole('row', { name: new RegExp(compared.campaign_name) });
    expect(await named.getByRole('cell').nth(2).innerText()).toBe(String(compared.audience));
  });

  it('pauses a run, goes on with it when that is undone, and stops it at the press of Cancel', async () => {
    const { page, home, api } = dashboard;
    const wish = { name: 'To all', type: 'one_time', schedule_time: '2026-01-01T00:00:00', message: 'Hello' };
    const { id } = await api('POST', '/campaigns', wish);
    let runs: { id: number }[] = [];
    while (runs.length === 0) runs = await api('GET', `/campaigns/${id}/runs`);
    await page.goto(`${home}/runs/${runs[0]!.id}`);
    await press('Pause');
    await see('Paused “To all”.');
    await see('Standing still');
    await dashboard.picture('run-paused');
    expect(await api('GET', `/campaigns/${id}`)).toMatchObject({ status: 'paused' });
    await press('Undo');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await press('Cancel');
    await see('Cancelling “To all”');
    await see('Standing still');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await press('Cancel');
    await see('Standing still');
    // Who leaves has not objected.
    await page.reload();
    await see('Cancelled');
    const run = await api('GET', `/runs/${runs[0]!.id}`);
    expect(run.sent).toBeLessThan(run.audience);
  });

  it('asks before it runs a campaign now, and says to how many', async () => {
    const { page, home, api } = dashboard;
    const wish = { name: 'Far off', type: 'one_time', schedule_time: '2099-01-01T00:00:00', message: 'Hello' };
    const { id } = await api('POST', '/campaigns', { ...wish, target_segment: 'finance' });
    await page.goto(`${home}/campaigns/${id}`);
    await press('Run now');
    await see(/^1?\d contacts, of whom 1?\d can be reached now/);
    await see(/1 Jan 2099/);
    await press('Leave it');
    expect(await api('GET', `/campaigns/${id}`)).toMatchObject({ status: 'pending' });
    await press('Run now');
    await press('Send it now');
    await see('“Far off” is on its way.');
  });

  it('imports a file: says which column is what, and shows the rows it refused', async () => {
    const { page, home, api } = dashboard;
    await page.goto(`${home}/imports`);
    const csv = 'Mail,first_name,plan\nnew1@example.org,Nia,pro\nnew2@example.org,Noor,free\nnobody,Bad,free\n';
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await see('none of the columns is email, phone or external_id');
    await page.getByLabel('What “Mail” becomes').first().click();
    await page.getByRole('option', { name: 'email', exact: true }).click();
    await fill('Put them into the segment', 'fresh');
    // Held for good: a route that is taken away lets go of what it held.
    await page.route('**/imports?*', () => undefined, { times: 1 });
    await press('Import');
    await press('Stop the upload');
    await press('Only check it');
    await see('Would be made');
    await see('email must be one plain address');
    expect(await api('GET', '/contacts?segment=fresh')).toHaveLength(0);
    await page.getByLabel(/^Let the file give back/).check();
    await page.getByText('Would be made').waitFor({ state: 'detached' });
    await page.getByLabel(/^Let the file give back/).uncheck();
    await press('Import');
    await page.getByRole('heading', { name: /^Import #/ }).waitFor();
    await see('email must be one plain address');
    await dashboard.picture('import-done');
    expect(await api('GET', '/contacts?segment=fresh')).toHaveLength(2);
  });

  it('forgets the key with the session, and never had an error to complain of', async () => {
    await press('Sign out');
    await dashboard.page.getByLabel('API key').first().waitFor();
    expect(await dashboard.page.evaluate('Object.values(sessionStorage).join()')).not.toContain(KEY);
    expect(dashboard.complaints).toEqual([]);
  });
});
