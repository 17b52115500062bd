import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Response } from 'playwright-core';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';

jest.setTimeout(60_000);

describe('the overview of the dashboard', () => {
  let dashboard: Dashboard;
  const asked: Response[] = [];

  beforeAll(async () => {
    dashboard = await openDashboard({
      env: { EMAIL_RATE_LIMIT: '5/s', SANDBOX_FAILURE_RATE: '0.5', RETRY_MAX_ATTEMPTS: '1' },
    });
    const { page, home, api } = dashboard;
    page.on('response', (response) => {
      if (new URL(response.url()).pathname === '/overview') asked.push(response);
    });
    // One of the demo's campaigns runs every minute, which would change the figures that are compared.
    for (const { id, status } of await api('GET', '/campaigns?limit=200'))
      if (status === 'pending') await api('POST', `/campaigns/${id}/pause`);
    const wish = { name: 'To all', type: 'one_time', schedule_time: '2026-01-01T00:00:00', message: 'Hello' };
    await api('POST', '/campaigns', wish);
    await page.goto(`${home}/#key=${KEY}`);
  });
  afterAll(() => dashboard.close());

  it('shows a run as it goes on, and the same figures as the API when it is through', async () => {
    const { page, api } = dashboard;
    const running = page.locator('.mantine-Card-root', { hasText: 'Running now' });
    await running.getByRole('link', { name: 'To all' }).waitFor();
    await running
      .getByText(/[\d.]+ a second/)
      .first()
      .waitFor();
    await dashboard.picture('overview-running');
    await running.getByText('Nothing at this moment.').waitFor({ timeout: 40_000 });
    const { totals, failures } = await api('GET', '/overview');
    expect(totals.failed).toBeGreaterThan(0);
    await page.locator('figcaption', { hasText: `Sent ${totals.sent}` }).waitFor();
    expect(await page.locator('figcaption').innerText()).toContain(`Failed ${totals.failed}`);
    await page.getByText(`${failures[0].count} · `).first().waitFor();
    await page.getByRole('link', { name: 'paused ones' }).waitFor();
    await page.getByRole('link', { name: 'Campaigns with failures' }).click();
    await page.getByRole('link', { name: 'To all' }).waitFor();
    expect(await page.getByRole('link', { name: 'Monday finance brief' }).count()).toBe(0);
    await page.goBack();
  });

  it('lists on the screen of a run whom its counts count, also when it has ended', async () => {
    const { page, home, api } = dashboard;
    const wish = { name: 'To all again', type: 'one_time', schedule_time: '2026-01-01T00:00:00', message: 'Hello' };
    const { id } = await api('POST', '/campaigns', wish);
    let runs = [];
    while (runs.length === 0) runs = await api('GET', `/campaigns/${id}/runs`);
    await page.goto(`${home}/runs/${runs[0].id}`);
    await page.getByText(/[\d.]+ a second/).waitFor();
    await page.getByText(/^Ended .* after it opened$/).waitFor({ timeout: 40_000 });
    const { audience } = await api('GET', `/runs/${runs[0].id}`);
    await page.locator(`table[aria-rowcount="${audience + 1}"]`).waitFor();
    await page.goto(`${home}/`);
  });

  it('is not asked for while nobody sees it, and stands in the address with its period', async () => {
    const { page } = dashboard;
    await page.clock.install();
    await page.getByText('7 days', { exact: true }).first().click();
    await page.waitForURL(/period=7d/);
    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${hidden ? 'hidden' : 'visible'}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`);
    await page.waitForResponse(/\/overview\?/);
    await page.waitForLoadState('networkidle');
    await hide(true);
    const before = asked.length;
    await page.clock.runFor(60_000);
    // An answer would be here by the time that this one is.
    await page.evaluate('fetch("/health/live").then((answer) => answer.text())');
    expect(asked.length).toBe(before);
    await hide(false);
    await page.clock.runFor(60_000);
    await page.waitForResponse(/\/overview\?/);
    // A 304 is the browser's own affair; that it had something to ask with is seen.
    expect(await asked.at(-1)!.request().allHeaders()).toHaveProperty('if-none-match');
    expect(dashboard.complaints).toEqual([]);
  });
});
