import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Dashboard, openDashboard } from './support/dashboard.js';

jest.setTimeout(60_000);

const PASSWORD = 'correct horse battery';

describe('signing in to the dashboard', () => {
  let dashboard: Dashboard;
  let user: number;
  let link: string;
  const heading = (name: string) => dashboard.page.getByRole('heading', { name, exact: true }).waitFor();
  const press = (name: string) => dashboard.page.getByRole('button', { name, exact: true }).click();
  const fill = (label: string, text: string) => dashboard.page.getByLabel(label, { exact: true }).fill(text);
  /** Another role ends every session of the user. */
  const endSessions = (role: string) => dashboard.api('PATCH', `/users/${user}`, { role });

  beforeAll(async () => {
    dashboard = await openDashboard({ env: { PASSWORD_COST: '12' } });
    user = (await dashboard.api('POST', '/users', { email: 'ann@example.com', role: 'editor' })).id;
    link = (await dashboard.api('POST', `/users/${user}/link`)).url;
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
    // The page says how commands begin where it was served; in an image that is without npm.
    expect(await page.locator('html').getAttribute('data-commands')).toBe('npm run cli --');
    await page.getByText('npm run cli -- users link admin@localhost', { exact: true }).waitFor();
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
      'session.refused',
      'session.ended',
      'session.begun',
    ]);
    expect(complaints).toEqual([]);
  });

  it('is laid over the screen when the session was ended elsewhere, and what was written is there afterwards', async () => {
    const { page, complaints, home } = dashboard;
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await page.goto(`${home}/campaigns/new`);
    await page.getByLabel('Name').first().fill('Half written');
    await page.getByLabel('Message').first().fill('Hello');
    await page.getByText('Nothing it speaks of is missing.').waitFor();
    await endSessions('admin');
    await page.getByLabel('Message').first().fill('Hello there');
    await dialog.getByText('Your session is over.').waitFor();
    await page.keyboard.press('Escape');
    await dashboard.picture('sign-in-again', { fullPage: false });
    await dialog.getByLabel('Email').fill('ann@example.com');
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name').first().inputValue()).toBe('Half written');
    expect(await page.evaluate('document.activeElement.value')).toBe('Hello there');
    await page.getByText('Hello there').nth(1).waitFor();
    complaints.splice(0);
  });

  it('begins anew for somebody who may see less, and offers them nothing that they may not do', async () => {
    const { page, complaints, api, home } = dashboard;
    const { key } = await api('POST', '/keys', { name: 'board', scopes: ['read'] });
    await endSessions('editor');
    await page.getByLabel('Message').first().fill('Hello again');
    await page.getByRole('dialog', { name: 'Sign in' }).getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await page.getByText('Only looking').waitFor();
    await page.getByText('You may look, but change nothing').waitFor();
    expect(await page.getByLabel('Message').count()).toBe(0);
    complaints.splice(0);
    await page.goto(`${home}/campaigns/3`);
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.waitFor();
    expect(await pause.isDisabled()).toBe(true);
    expect(await page.locator('[title^="You may look"]').first().getByRole('button').count()).toBeGreaterThan(1);
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
    await dashboard.picture('campaign-looking');
    await page.goto(`${home}/settings`);
    const add = page.getByRole('button', { name: 'Add an account' });
    await add.waitFor();
    expect([await add.isDisabled(), await add.getAttribute('title')]).toEqual([
      true,
      'This takes somebody who may administer this installation.',
    ]);
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Providers', 'Suppression list']);
    await page.goto(`${home}/campaigns`);
    await page.getByText('Monday finance brief').waitFor();
    expect(await page.getByRole('link', { name: 'New campaign' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
