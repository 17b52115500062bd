import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';
import { expectReadable, WIDE } from './support/readable.js';

jest.setTimeout(60_000);

/** Screens by their address, and what has to be pressed to see some of them. */
const SCREENS: [name: string, path: string, press?: string[]][] = [
  ['overview', '/'],
  ['campaigns', '/campaigns'],
  ['comparison', '/campaigns/compare?campaigns=1-2'],
  ['comparison-empty', '/campaigns/compare'],
  ['campaign-analyse', '/campaigns/2'],
  ['campaign-failures', '/campaigns/1'],
  ['campaign-schedule', '/campaigns/3?tab=schedule'],
  ['campaign-content', '/campaigns/3?tab=content'],
  ['run', '/runs/1'],
  ['explanation', '/runs/1?outcome=failed', ['Explain user']],
  ['editor', '/campaigns/3/edit'],
  ['editor-audience', '/campaigns/3/edit', ['2 Audience']],
  ['editor-schedule', '/campaigns/3/edit', ['3 Schedule']],
  ['contacts', '/contacts?q=user1'],
  ['contact', '/contacts/2'],
  ['imports', '/imports'],
  ['import', '/imports/1'],
  ['segments', '/segments'],
  ['segment', '/segments/4'],
  ['reports', '/reports'],
  ['sandbox', '/sandbox'],
  ['calendar', '/calendar'],
  ['system', '/system'],
  ['settings', '/settings'],
  ['settings-form', '/settings', ['Add an account']],
  ['settings-suppressions', '/settings?part=suppressions'],
  ['settings-webhooks', '/settings?part=webhooks'],
  ['settings-keys', '/settings?part=keys'],
  ['settings-users', '/settings?part=users'],
  ['settings-audit', '/settings?part=audit'],
  ['not-found', '/nowhere'],
];

describe('every screen of the dashboard', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard({
      env: { SANDBOX_FAILURE_RATE: '0.6', RETRY_MAX_ATTEMPTS: '1', BRAKE_FAILURE_RATE: '1' },
    });
    const { api, home, page } = dashboard;
    const rule = { any: [{ attribute: 'plan', op: 'eq', value: 'pro' }, { segment: 'tech' }] };
    await api('POST', '/segments', { name: 'pro or tech', rule });
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'text/csv' };
    const body = 'email,first_name\nada@example.org,Ada\nnobody,Bad\n';
    await fetch(`${home.replace('/dashboard', '')}/imports`, { method: 'POST', headers, body });
    while ((await api('GET', '/runs/1')).status !== 'completed') await page.waitForTimeout(100);
    await page.goto(`${home}/#key=${KEY}`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).toBe(`${home}/`);
  });
  afterAll(() => dashboard.close());

  it.each(SCREENS)(
    '%s can be read by everybody, by day and by night, and fits a phone',
    async (name, path, press = []) => {
      const { page, home } = dashboard;
      await page.setViewportSize(WIDE);
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(home + path);
      await page.locator('h1').waitFor();
      await page.locator('[role=status][aria-label=Loading]').first().waitFor({ state: 'detached' });
      for (const button of press) await page.getByRole('button', { name: button }).first().click();
      await page.locator('[role=status][aria-label=Loading]').first().waitFor({ state: 'detached' });
      await expectReadable(dashboard, name);
    },
  );

  it('lets those who failed for a reason be tried again from Analyse', async () => {
    const { page, home, api } = dashboard;
    await page.setViewportSize(WIDE);
    const { failed } = await api('GET', '/runs/1');
    expect(failed).toBeGreaterThan(0);
    await page.goto(`${home}/campaigns/1`);
    await page.getByText('The sandbox was told to fail').waitFor();
    await page.getByRole('button', { name: 'Retry these' }).click();
    await page.getByText(new RegExp(`${failed} recipients? will be tried again.`)).waitFor();
  });

  it('can be walked through without a mouse', async () => {
    const { page, home } = dashboard;
    await page.setViewportSize(WIDE);
    await page.goto(`${home}/campaigns`);
    await page.locator('h1').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    expect(await page.evaluate('location.pathname')).toBe('/dashboard/campaigns');
  });

  it('keeps the part of a screen that is shown in sight on a phone', async () => {
    const { page, home } = dashboard;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${home}/settings?part=audit`);
    await page.getByRole('tab', { name: 'Audit log', selected: true }).waitFor();
    const tab = `document.querySelector('[role=tab][aria-selected=true]').getBoundingClientRect()`;
    while (!(await page.evaluate(`${tab}.left >= 0 && ${tab}.right <= innerWidth`)));
    await page.setViewportSize(WIDE);
  });

  it('draws of a long list only what is in sight, loads on as it is scrolled, and goes along with the keyboard', async () => {
    const { page, home, api } = dashboard;
    const rows = Array.from({ length: 700 }, (_, at) => `many${at}@example.org,Many${at}`);
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'text/csv' };
    const body = `email,first_name\n${rows.join('\n')}\n`;
    const url = `${home.replace('/dashboard', '')}/imports`;
    const { id } = (await (await fetch(url, { method: 'POST', headers, body })).json()) as { id: number };
    while ((await api('GET', `/imports/${id}`)).status !== 'completed') await page.waitForTimeout(50);
    await page.goto(`${home}/contacts?q=nobody-at-all`);
    await page.getByText('The search looks at how email addresses').waitFor();
    await page.goto(`${home}/contacts?q=many`);
    await page.getByText('many0@example.org').waitFor();
    while ((await page.locator('table').getAttribute('aria-rowcount')) !== '701')
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await page.getByRole('row').last().waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    await page.evaluate('scrollTo(0, 0)');
    await page.locator('tr[aria-rowindex="2"] a').focus();
    for (let row = 0; row < 60; row++) await page.keyboard.press('Tab');
    const index = await page.evaluate('document.activeElement.closest("tr").getAttribute("aria-rowindex")');
    expect(Number(index)).toBeGreaterThan(10);
  });

  it('builds a segment by hand, writes the same rule as JSON, and loses neither what is no rule yet nor what is not saved', async () => {
    const { page, home } = dashboard;
    const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
    const press = (name: string) => page.getByRole('button', { name }).first().click();
    const fill = (label: string, text: string) => page.getByLabel(label).first().fill(text);
    await page.goto(`${home}/segments/new`);
    await fill('Name', 'newcomers');
    await fill('What it looks at', 'attribute');
    await page.getByRole('option', { name: 'attribute …' }).click();
    await fill('Name of the attribute', 'plan');
    await fill('Value', 'pro');
    await page.getByText(/^2\d$/).first().waitFor();
    await page.getByText('JSON', { exact: true }).click();
    expect(JSON.parse(await page.getByLabel('The rule as JSON').inputValue())).toEqual({
      all: [{ attribute: 'plan', op: 'eq', value: 'pro' }],
    });
    await fill('The rule as JSON', '{"all":[{"attribute":"plan","op":"eq","value":"fre');
    await see('This is not JSON.');
    await see('Nobody to show yet.');
    expect(await page.getByRole('radio', { name: 'Builder' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'Calendar' }).click();
    await see('This is not JSON.');
    await fill('The rule as JSON', '{"all":[{"attribute":"plan","op":"eq","value":"free"}]}');
    await press('Save');
    await see('“newcomers” is saved.');
  });

  it('shows a segment as it is kept now, not as this browser had it', async () => {
    const { page, home, api } = dashboard;
    const { id } = (await api('GET', '/segments')).find(({ name }: { name: string }) => name === 'newcomers');
    await page.goto(`${home}/segments`);
    await page.getByRole('link', { name: 'newcomers' }).click();
    await page.locator('input[value="newcomers"]').waitFor();
    await page.getByRole('link', { name: 'Segments' }).click();
    await page.getByRole('heading', { name: 'Segments' }).waitFor();
    await api('PATCH', `/segments/${id}`, { name: 'arrivals' });
    await page.getByRole('link', { name: /newcomers|arrivals/ }).click();
    await page.locator('input[value="arrivals"]').waitFor();
    await api('PATCH', `/segments/${id}`, { name: 'newcomers' });
  });

  it('shows what a contact was sent without taking its data along, and says when the server is silent', async () => {
    const { page, home, api, complaints } = dashboard;
    const [delivery] = await api('GET', '/runs/1/deliveries');
    await page.goto(`${home}/contacts/${delivery.contact_id}`);
    await page.getByRole('link', { name: '#1', exact: true }).waitFor();
    expect(await api('GET', '/audit?action=contact.exported')).toEqual([]);
    await page.goto(`${home}/system`);
    await page.getByText('Up', { exact: true }).first().waitFor();
    const [own] = (await api('GET', '/system')).processes;
    await page.getByRole('row', { name: `${own.pid} on ${own.host} answers you api, scheduler, sender` }).waitFor();
    await page.route(/\/(health|system|providers|overview|campaigns|sessions|assets)/, (route) => route.abort());
    await page.getByText(/No answer since/).waitFor();
    // What was not loaded yet comes as soon as it can, and nothing takes the place of the dashboard meanwhile.
    await page.getByRole('link', { name: 'Segments' }).click();
    await page.getByRole('status', { name: 'Loading' }).waitFor();
    await page.getByText(/No answer since/).waitFor();
    await page.unrouteAll();
    await page.getByText(/No answer since/).waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Segments' }).waitFor();
    await page.goto(`${home}/contacts/abc`);
    await page.getByText('This address leads nowhere').waitFor();
    complaints.splice(0);
  });

  it('had no error to complain of', () => expect(dashboard.complaints).toEqual([]));
});
