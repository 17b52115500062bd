import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';
import { HeldSms } from './support/held-sms.js';
import { WIDE } from './support/readable.js';

jest.setTimeout(60_000);

const PHONE = { width: 390, height: 844 };
const PHONES = ['+4915112340001', '+4915112340002', '+4915112340003'];
const LONG = `https://cdn.example.com/${'a'.repeat(120)}.jpg`;

describe('screens that people look at while things go on', () => {
  let dashboard: Dashboard;
  let gateway: HeldSms;
  let runId: number;
  let campaignId: number;
  const see = (text: string | RegExp) => dashboard.page.getByText(text).first().waitFor();
  const press = (name: string | RegExp) => dashboard.page.getByRole('button', { name }).first().click();
  const heading = (name: string) => dashboard.page.getByRole('heading', { name, exact: true });
  /** Where a panel begins on its page, however far that is scrolled. */
  const topOf = async (name: string, page = dashboard.page) => {
    const box = await page.getByRole('heading', { name, exact: true }).boundingBox();
    return box!.y + (await page.evaluate<number>('scrollY'));
  };

  beforeAll(async () => {
    gateway = await HeldSms.listen();
    dashboard = await openDashboard({ env: { ALLOW_PRIVATE_NETWORKS: 'true', BRAKE_FAILURE_RATE: '1' } });
    const { api, page, home } = dashboard;
    await page.setViewportSize(WIDE);
    await page.goto(`${home}/campaigns#key=${KEY}`);
    await see('Monday finance brief');
    await api('POST', '/segments', { name: 'held' });
    for (const [index, phone] of PHONES.entries())
      await api('POST', '/contacts', { email: `held${index}@example.org`, phone, segments: ['held'] });
    const settings = { url: gateway.url, from: 'Example' };
    const limits = [{ period: 'second', limit: 1 }];
    await api('POST', '/providers', { name: 'held', channel: 'sms', kind: 'http', settings, secrets: {}, limits });
  });
  afterAll(async () => {
    await dashboard.close();
    await gateway.close();
  });

  it('shows a campaign that somebody else makes while its list is looked at', async () => {
    const { api } = dashboard;
    const campaign = await api('POST', '/campaigns', {
      ...{ name: 'Held back', type: 'one_time', schedule_time: '2026-01-01T00:00:00', time_zone: 'Pacific/Auckland' },
      ...{ channel: 'sms', message: 'Hello', target_segment: 'held', provider: 'held' },
    });
    campaignId = campaign.id;
    await dashboard.page.getByText('Held back').waitFor({ timeout: 5_000 });
    let runs: { id: number }[] = [];
    while (runs.length === 0) runs = await api('GET', `/campaigns/${campaignId}/runs`);
    runId = runs[0]!.id;
  });

  it('moves nothing below when somebody comes to be in doubt, or fails', async () => {
    const { page, context, home } = dashboard;
    await page.goto(`${home}/campaigns/${campaignId}`);
    await see('Nobody has failed for good.');
    const before = await topOf('Links');
    const run = await context.newPage();
    await run.goto(`${home}/runs/${runId}#key=${KEY}`);
    await run.getByText('Nobody is in doubt.').waitFor();
    const above = await topOf('Deliveries', run);
    gateway.answer('lost', 'refused', 'taken');
    await run.getByText('1 recipient in doubt').waitFor();
    await run.getByText('100%').first().waitFor();
    expect(await topOf('Deliveries', run)).toBe(above);
    await run.close();
    await page.getByRole('button', { name: 'Retry these' }).waitFor();
    await page.getByText('At try 1').waitFor();
    expect(await topOf('Links')).toBe(before);
    await press('Retry these');
    await see('Nobody has failed for good.');
    expect(await topOf('Links')).toBe(before);
    gateway.answer('refused');
    await page.getByRole('button', { name: 'Retry these' }).waitFor();
  });

  it('names the recipients of an SMS by their numbers, and tells of each only what was said of it', async () => {
    const { page, home } = dashboard;
    await page.goto(`${home}/runs/${runId}`);
    const row = (words: RegExp) => page.getByRole('row', { name: words });
    for (const phone of PHONES) await row(new RegExp(`\\${phone}`)).waitFor();
    await row(/Failed Http 400.*Invalid/).waitFor();
    await row(/Sent – 1/).waitFor();
    await press('Settle');
    await press('They arrived');
    await page.getByRole('dialog', { name: 'Did they arrive?' }).getByRole('button', { name: 'They arrived' }).click();
    await see('Nobody is in doubt.');
    await page.getByRole('dialog').first().waitFor({ state: 'detached' });
  });

  it('tells the times of a campaign by its own clock', async () => {
    const { page, home } = dashboard;
    await page.goto(`${home}/campaigns/${campaignId}?run=${runId}`);
    const choice = page.getByLabel('Which runs').first();
    await choice.waitFor();
    expect(await choice.inputValue()).toBe(`Run #${runId}, 1 Jan 2026, 00:00`);
  });

  it('has plain words in its addresses, and knows those of earlier ones', async () => {
    const { page, home, api } = dashboard;
    const [{ contact_id: id }] = await api('GET', `/runs/${runId}/deliveries`);
    await page.goto(`${home}/runs/${runId}?contact=%22${id}%22`);
    await page.getByRole('dialog', { name: /^Why .* got it, or not$/ }).waitFor();
    await page.waitForURL(`${home}/runs/${runId}?contact=${id}`);
    await page.goto(`${home}/contacts?segment=nope`);
    await see('There is no segment “nope”.');
  });

  it('keeps the names of what is known of a contact their width, however long a value is', async () => {
    const { page, home, api } = dashboard;
    const { id } = await api('POST', '/contacts', { email: 'long@example.org', attributes: { avatar: LONG } });
    await page.goto(`${home}/contacts/${id}`);
    const value = page.getByText(LONG);
    for (const size of [WIDE, PHONE]) {
      await page.setViewportSize(size);
      const card = await page.locator('.mantine-Card-root', { has: heading('Profile') }).boundingBox();
      const name = await page.getByRole('rowheader', { name: 'Email' }).boundingBox();
      const box = await value.boundingBox();
      expect(name!.width).toBeGreaterThan(card!.width / 3);
      expect(box!.x + box!.width).toBeLessThanOrEqual(card!.x + card!.width);
    }
  });

  it('shows on a phone what its tables are for', async () => {
    const { page, home, api } = dashboard;
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'text/csv' };
    const body = 'email,first_name,plan,phone\nnew@example.org,New,pro,+49170111222399999\n';
    const { id } = (await (
      await fetch(`${home.replace('/dashboard', '')}/imports`, { method: 'POST', headers, body })
    ).json()) as { id: number };
    while ((await api('GET', `/imports/${id}`)).status !== 'completed') await page.waitForTimeout(100);
    const inSight = async (text: string | RegExp) => {
      const box = await page.getByText(text).first().boundingBox();
      expect(box!.x + box!.width).toBeLessThanOrEqual(PHONE.width);
    };
    await page.setViewportSize(PHONE);
    await page.goto(`${home}/imports/${id}`);
    // Without the quote that keeps a spreadsheet from computing it.
    await page.getByText('+49170111222399999', { exact: true }).waitFor();
    await inSight('+49170111222399999');
    await page.goto(`${home}/settings?part=audit`);
    await page.getByText('import.uploaded').first().waitFor();
    await inSight(/ ago$|^now$/);
    await page.goto(`${home}/campaigns/new`);
    for (const step of ['Content', 'Audience', 'Schedule', 'Review']) {
      await page.getByRole('button', { name: step }).waitFor();
      await inSight(step);
    }
  });

  it('had no error to complain of', () => expect(dashboard.complaints).toEqual([]));
});
