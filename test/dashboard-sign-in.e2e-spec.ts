import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { browserPath, type Dashboard, openDashboard } from './support/dashboard.js';

jest.setTimeout(60_000);

const PASSWORD = 'correct horse battery';

(browserPath === null ? describe.skip : describe)('signing in to the dashboard', () => {
  let dashboard: Dashboard;
  let link: string;
  const heading = (name: string) => dashboard.page.getByRole('heading', { name, exact: true }).waitFor();
  const press = (name: string) => dashboard.page.getByRole('button', { name, exact: true }).click();
  const fill = (label: string, text: string) => dashboard.page.getByLabel(label, { exact: true }).fill(text);

  beforeAll(async () => {
    dashboard = await openDashboard({ env: { PASSWORD_COST: '12' } });
    const user = await dashboard.api('POST', '/users', { email: 'ann@example.com', role: 'editor' });
    link = (await dashboard.api('POST', `/users/${user.id}/link`)).url;
  });
  afterAll(() => dashboard.close());

  it('by a link waits for a press, sets the password, and leaves nothing in the address', async () => {
    const { page, context, home } = dashboard;
    expect(link.startsWith(`${home}/#link=`)).toBe(true);
    await page.goto(link);
    await page.reload();
    await fill('New password', PASSWORD);
    await press('Come in');
    await heading('Overview');
    expect(page.url()).toBe(`${home}/`);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: 'campanile', httpOnly: true, sameSite: 'Strict' });
    await page.goto(`${home}/contacts`);
    await heading('Contacts');
    await page.getByText('user2@example.com').first().waitFor();
  });

  it('ends where the person says so, and begins again by the password', async () => {
    const { page, complaints } = dashboard;
    await press('Sign out');
    await fill('Email', 'ann@example.com');
    await fill('Password', 'wrong horse battery');
    await press('Sign in');
    await page.getByText('The address or the password is wrong.').waitFor();
    // The browser reports every 401 itself; this one was asked for.
    complaints.splice(0);
    await fill('Password', PASSWORD);
    await press('Sign in');
    await heading('Contacts');
    const entries = await dashboard.api('GET', '/audit?target=session');
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'session.begun',
      'session.ended',
      'session.begun',
    ]);
    expect(complaints).toEqual([]);
  });

  it('is asked for again when the session was ended elsewhere', async () => {
    const { page, complaints, api, home } = dashboard;
    const [user] = (await api('GET', '/users?limit=200')).filter(
      ({ email }: { email: string }) => email === 'ann@example.com',
    );
    await api('PATCH', `/users/${user.id}`, { role: 'viewer' });
    await page.goto(`${home}/segments`);
    await page.getByText('Your session is over.').waitFor();
    complaints.splice(0);
  });
});
