import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';
import { Keyboard } from './support/keyboard.js';
import { expectReadable, WIDE } from './support/readable.js';

jest.setTimeout(60_000);

describe('the editor of the dashboard', () => {
  let dashboard: Dashboard;
  const see = (text: string | RegExp) => dashboard.page.getByText(text).first().waitFor();
  const press = (name: string | RegExp) => dashboard.page.getByRole('button', { name }).first().click();
  const fill = (label: string, text: string) => dashboard.page.getByLabel(label).first().fill(text);
  const campaignCalled = async (name: string) =>
    (await dashboard.api('GET', '/campaigns?limit=200')).find((one: { name: string }) => one.name === name);
  /** As somebody else changes a campaign. */
  const change = (id: number, body: object) => dashboard.api('PATCH', `/campaigns/${id}`, body);

  beforeAll(async () => {
    dashboard = await openDashboard({});
    await dashboard.page.setViewportSize(WIDE);
    await dashboard.page.goto(`${dashboard.home}/campaigns#key=${KEY}`);
    await see('Monday finance brief');
  });
  afterAll(() => dashboard.close());

  it('writes, tests and pauses a campaign with variants without a mouse', async () => {
    const { page, api } = dashboard;
    const keys = new Keyboard(page);
    await keys.press('New campaign');
    await page.getByRole('heading', { name: 'New campaign' }).waitFor();
    await keys.write('Name', 'By keyboard');
    await keys.write('Message', 'Hello {{ first_name }}');
    await keys.press('Compare 2 to 5 messages', 'Space');
    await keys.write('Subject of the variant', 'First');
    await page.getByText('First', { exact: true }).waitFor();
    // Back over the share and the name to the choice of the variant.
    for (const _ of ['share', 'name', 'add', 'choice']) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowRight');
    await keys.write('Subject of the variant', 'Second');
    await page.getByText('Second', { exact: true }).waitFor();
    await keys.write('Take part', '50');
    await see('A 25 % · B 25 % · wait for the winner 50 %');
    await expectReadable(dashboard, 'editor-variants');
    await keys.press('Next');
    await keys.press('Next');
    await keys.press('Save the draft and review it');
    await see('Would get it');
    await keys.press('Launch it');
    await page.getByRole('heading', { name: 'By keyboard', exact: true, level: 1 }).waitFor();
    await keys.press('Pause');
    await see('Paused “By keyboard”.');
    await keys.press('Undo', 'Enter');
    await see('Scheduled');
    const { id } = await campaignCalled('By keyboard');
    expect(await api('GET', `/campaigns/${id}`)).toMatchObject({
      status: 'pending',
      test_share: 50,
      variants: [
        { name: 'A', subject: 'First', message: null, share: null },
        { name: 'B', subject: 'Second', message: null, share: null },
      ],
      winner: { by: 'hand', after_minutes: null, on_undecided: 'wait' },
    });
  });

  it('takes everything that an email may say, and shows it as the engine writes it', async () => {
    const { page, home, complaints } = dashboard;
    await page.goto(`${home}/campaigns/new`);
    await fill('Name', 'All of it');
    await fill('Subject', 'News');
    await page.getByText('HTML', { exact: true }).click();
    await fill('Preheader', 'Three things');
    await fill('Message', '<p>Hello {{ first_name }}</p><a href="https://example.org/">Read</a>');
    await fill('Sender’s name', 'Example News');
    await fill('Sender’s address', 'news@elsewhere.example');
    await fill('Answers go to', 'hello@example.org');
    await fill('Further headers', 'X-Owner: growth\nX-Team: 7');
    await fill('utm_source', 'newsletter');
    await page.getByLabel('Opens').uncheck({ force: true });
    await press('4 Review');
    const sender = page.getByLabel('Sender’s address');
    await page.locator('[aria-invalid=true]:focus').waitFor();
    expect(await sender.getAttribute('aria-invalid')).toBe('true');
    complaints.splice(0);
    await sender.fill('');
    await fill('Sender’s name', '');
    await see('answers go to hello@example.org');
    await expectReadable(dashboard, 'editor-content');
    await press('4 Review');
    await page.waitForURL(/\/campaigns\/\d+\/edit\?step=review/);
    expect(await campaignCalled('All of it')).toMatchObject({
      preheader: 'Three things',
      reply_to: 'hello@example.org',
      sender: null,
      headers: { 'X-Owner': 'growth', 'X-Team': '7' },
      tracking: { opens: false, clicks: true, utm: { source: 'newsletter' } },
    });
  });

  it('says each thing that is wrong once, and counts an SMS as its contact gets it', async () => {
    const { page, home, complaints } = dashboard;
    await page.goto(`${home}/campaigns/new`);
    await press('4 Review');
    await see('2 things must be mended');
    const said = await page.getByRole('alert').innerText();
    expect(said.split(/\n+/)).toEqual([
      '2 things must be mended',
      'name must not be empty',
      'message must not be empty',
    ]);
    complaints.splice(0);
    await page.getByText('SMS', { exact: true }).first().click();
    await see('The template as it is typed: 0 characters');
    await fill('Message', 'Hello {{ first_name }} ë');
    await see(/^As \S.* gets it: \d\d characters in 1 SMS segment \(UCS-2, because of “ë”/);
  });

  it('calls no step done that lacks something, and says where the clocks bend a time that comes once', async () => {
    const { page, home } = dashboard;
    await page.goto(`${home}/campaigns/new`);
    await press('Next');
    await page.getByRole('button', { name: /Content , where something is missing/ }).waitFor();
    await press('Back');
    await fill('Name', 'By night');
    await fill('Message', 'Hello');
    await press('Next');
    await page.getByRole('button', { name: /Audience/ }).waitFor();
    expect(await page.getByRole('button', { name: /something is missing/ }).count()).toBe(0);
    await press('Next');
    await fill('Time', '2027-03-28T02:30');
    await see('02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30');
    await fill('Time', '2027-10-31T02:30');
    await see('02:30 happens twice on this day in Europe/Berlin (clocks go back); the first is used');
    await press('Save the draft and review it');
    await see(/^On 31 Oct 2027: 02:30 happens twice on this day in Europe\/Berlin/);
  });

  it('goes to the step that the address names, and back with the browser', async () => {
    const { page, home } = dashboard;
    await page.goto(`${home}/campaigns/3/edit?step=audience`);
    await see('Whom it is for');
    await press('Next');
    await page.waitForURL(/step=schedule/);
    await page.locator('[role=group][aria-label=Schedule]:focus').waitFor();
    await page.goBack();
    await see('Whom it is for');
  });

  it('sends a test, tells what the provider said, and says at the field who must not be written to', async () => {
    const { page, home, api, complaints } = dashboard;
    const to = page.getByRole('combobox', { name: 'To', exact: true });
    await api('POST', '/suppressions', { address: 'gone@example.org', channel: 'all' });
    await page.goto(`${home}/campaigns/3?tab=content`);
    await to.fill('gone@example.org');
    await page.keyboard.press('Enter');
    await press('Send the test');
    await see('gone@example.org is suppressed and is not written to');
    complaints.splice(0);
    await page.keyboard.press('Tab');
    await to.press('Backspace');
    await to.fill('me@example.org');
    await page.getByRole('combobox', { name: 'Written as for' }).fill('user14@');
    await page.getByRole('option', { name: /user14@example.com/ }).click();
    await press('Send the test');
    await see('Accepted by sandbox: me@example.org');
    await expectReadable(dashboard, 'campaign-test-send');
    const [message] = await api('GET', '/sandbox/messages?limit=1');
    const who = (await api('GET', '/contacts?email=user14@example.com'))[0];
    expect(message).toMatchObject({ to: 'me@example.org', subject: '[Test] Your week in finance' });
    expect(message.body).toContain(`Good morning, ${who.first_name}`);
  });

  it('says how many would see a gap, and leads to them', async () => {
    const { page, home, api } = dashboard;
    const wish = { name: 'Gaps', type: 'one_time', schedule_time: '2036-01-01T00:00:00', draft: true };
    await api('POST', '/contacts', { email: 'nameless@example.org', segments: ['tech'] });
    const { id } = await api('POST', '/campaigns', {
      ...wish,
      message: 'Your {{ attributes.colour }}, {{ last_name }}',
      include: ['tech'],
    });
    const { contacts } = await api('GET', `/campaigns/${id}/missing-variables`);
    expect(contacts).toBeGreaterThan(10);
    await page.goto(`${home}/campaigns/${id}?tab=content`);
    await see(`${contacts} · 100%`);
    await expectReadable(dashboard, 'campaign-gaps');
    await page.goto(`${home}/campaigns/${id}/edit?step=review`);
    await see(/^1 of \d+ contacts \(\d[\d.]*%\) would see a gap: last_name/);
    expect(await page.getByText('Nothing looks odd').count()).toBe(0);
    await expectReadable(dashboard, 'editor-review');
    const lacking = page.getByRole('link', { name: 'Who lacks it: attributes.colour' });
    // Its colour alone does not tell it from the figures before it.
    expect(await lacking.getAttribute('data-underline')).toBe('always');
    await lacking.click();
    await page.getByRole('heading', { name: 'New segment' }).waitFor();
    await page.getByText(String(contacts), { exact: true }).first().waitFor();
  });

  it('keeps what was written where somebody else saved first, and says what they changed', async () => {
    const { page, home, api, complaints } = dashboard;
    const wish = { name: 'Two at once', type: 'one_time', schedule_time: '2036-01-01T00:00:00', draft: true };
    const { id } = await api('POST', '/campaigns', { ...wish, subject: 'Before', message: 'Before' });
    await page.goto(`${home}/campaigns/${id}/edit`);
    await fill('Subject', 'Mine');
    await change(id, { message: 'Theirs', subject: 'Theirs as well' });
    await press('4 Review');
    await see('Somebody else saved it meanwhile');
    complaints.splice(0);
    await press('Read theirs and keep mine');
    await page.getByRole('row', { name: 'Message Before Theirs Theirs' }).waitFor();
    await page.getByRole('row', { name: 'Subject Before Theirs as well Mine' }).waitFor();
    await expectReadable(dashboard, 'editor-moved-on');
    await press('4 Review');
    await page.waitForURL(/step=review/);
    expect(await api('GET', `/campaigns/${id}`)).toMatchObject({ subject: 'Mine', message: 'Theirs' });
  });

  it('shows what versions changed line by line, and restores one unless that is undone', async () => {
    const { page, home, api } = dashboard;
    const { id, message } = await campaignCalled('Gaps');
    await change(id, { message: 'Yours is here', kind: 'transactional' });
    await page.goto(`${home}/campaigns/${id}?tab=versions`);
    await page.locator('ins', { hasText: '+Yours is here' }).waitFor();
    await page.locator('del', { hasText: `-${message}` }).waitFor();
    await expectReadable(dashboard, 'campaign-versions');
    await press('Restore version 1');
    await see('It says again what it said in version 1.');
    expect(await api('GET', `/campaigns/${id}`)).toMatchObject({ message, kind: 'marketing', content_version: 3 });
    await press('Undo');
    await see('4, now');
    expect(await api('GET', `/campaigns/${id}`)).toMatchObject({ message: 'Yours is here', kind: 'transactional' });
    expect(dashboard.complaints).toEqual([]);
  });
});
