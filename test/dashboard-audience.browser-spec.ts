import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';

jest.setTimeout(60_000);

describe('who is written to, in the dashboard', () => {
  let dashboard: Dashboard;
  const fill = (label: string, text: string) => dashboard.page.getByLabel(label).first().fill(text);

  beforeAll(async () => {
    dashboard = await openDashboard({});
    await dashboard.page.goto(`${dashboard.home}/segments#key=${KEY}`);
    await dashboard.page.getByRole('heading', { name: 'Segments' }).waitFor();
  });
  afterAll(() => dashboard.close());

  it('finds what a file has as text by what looks like a number, and says what is wrong at its field', async () => {
    const { page, home, api } = dashboard;
    await api('POST', '/contacts', { email: 'zip1@example.org', attributes: { zip: '04109', level: '5' } });
    await api('POST', '/contacts', { email: 'zip2@example.org', attributes: { zip: '10115', level: 5 } });
    const found = async (...emails: string[]) => {
      for (const email of emails) await page.getByText(email).first().waitFor();
      await page.getByText(String(emails.length), { exact: true }).first().waitFor();
    };
    const json = async () => {
      await page.getByText('JSON', { exact: true }).click();
      const rule = JSON.parse(await page.getByLabel('The rule as JSON').inputValue());
      await page.getByText('Builder', { exact: true }).click();
      return rule.all[0];
    };
    await page.goto(`${home}/segments/new`);
    await fill('Name', 'zips');
    await fill('What it looks at', 'attribute');
    await page.getByRole('option', { name: 'attribute …' }).click();
    await page.getByText('Nobody to show yet.').waitFor();
    const wrong = page.getByText('Must be the name of an attribute, up to 100 characters.');
    expect(await wrong.count()).toBe(0);
    await page.getByRole('button', { name: 'Save' }).click();
    await wrong.waitFor();
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Name of the attribute');
    await fill('Name of the attribute', 'zip');
    await fill('Value', '04109');
    await found('zip1@example.org');
    expect(await json()).toEqual({ attribute: 'zip', op: 'eq', value: '04109' });
    await fill('Value', '10115');
    await found('zip2@example.org');
    await fill('Name of the attribute', 'level');
    await fill('Value', '5');
    await found('zip1@example.org', 'zip2@example.org');
    expect(await json()).toEqual({ attribute: 'level', op: 'in', value: [5, '5'] });
    expect(await page.getByLabel('How it compares').first().inputValue()).toBe('is');
    await page.getByLabel('As what').first().click();
    await page.getByRole('option', { name: 'as text', exact: true }).click();
    await found('zip1@example.org');
    expect(await json()).toEqual({ attribute: 'level', op: 'eq', value: '5' });
  });

  it('imports nothing of a file that can not be read, and says what to mend', async () => {
    const { page, home, api } = dashboard;
    const choose = (rows: string) =>
      page.locator('input[type=file]').setInputFiles({
        name: 'people.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`E-Mail,phone\n${rows}`),
      });
    await page.goto(`${home}/imports`);
    await choose('ada@example.org,+491700000001\n"bob@example.org,+491700000002\n');
    await page.getByText('Line 3: a quote is opened and never closed. Mend it there').waitFor();
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    for (const name of ['Import', 'Only check it']) expect(await button(name).isDisabled()).toBe(true);
    await choose('ada@example.org,+491700000001\n');
    await page.getByText('ada@example.org').waitFor();
    expect(await button('Import').isEnabled()).toBe(true);
    expect(await api('GET', '/imports')).toHaveLength(0);
  });

  it('had no error to complain of', () => expect(dashboard.complaints).toEqual([]));
});
