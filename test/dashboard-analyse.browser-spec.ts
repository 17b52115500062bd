import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Dashboard, KEY, openDashboard } from './support/dashboard.js';
import { expectLinesToStandOut, expectReadable, WIDE } from './support/readable.js';

jest.setTimeout(60_000);

const OFFER = 'https://shop.example/offer';
const NEWS = 'https://shop.example/news';
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** Of a message in the sandbox where its links lead, by their words. */
interface Arrived {
  links: Record<string, string>;
  subject: string;
}

describe('Analyse, of a campaign whose links were followed', () => {
  let dashboard: Dashboard;
  let id: number;
  let runId: number;
  let arrived: Arrived[];
  let lastSent: number;
  let followedAt: Date;
  const see = (text: string | RegExp) => dashboard.page.getByText(text).first().waitFor();
  const panel = (title: string) =>
    dashboard.page.locator('.mantine-Card-root', {
      has: dashboard.page.getByRole('heading', { name: title, exact: true }),
    });
  /** Follows a link as somebody's browser does, without going where it leads. */
  const follow = async (link: string, agent = BROWSER) => {
    const answer = await fetch(link, { redirect: 'manual', headers: { 'user-agent': agent } });
    expect(answer.status).toBe(302);
  };
  const open = async (more = '') => {
    await dashboard.page.goto(`${dashboard.home}/campaigns/${id}${more}`);
    await panel('Links').getByText(OFFER).waitFor();
  };

  beforeAll(async () => {
    dashboard = await openDashboard({});
    const { api, page, home } = dashboard;
    await page.setViewportSize(WIDE);
    const campaign = await api('POST', '/campaigns', {
      name: 'Which is better',
      type: 'one_time',
      schedule_time: '2026-01-01T00:00:00',
      format: 'html',
      message: `<p>Hi</p><a href="${OFFER}">offer</a> <a href="${NEWS}">news</a>`,
      variants: [
        { name: 'A', subject: 'First' },
        { name: 'B', subject: 'Second' },
      ],
      test_share: 50,
      winner: { by: 'hand', on_undecided: 'wait' },
    });
    id = campaign.id;
    const ofRun = async () => {
      const [run] = await api('GET', `/campaigns/${id}/runs`);
      const { variants } = run ? await api('GET', `/runs/${run.id}/variants`) : {};
      if (!variants || variants.some((one: { audience: number; sent: number }) => one.sent < one.audience)) return null;
      return variants.every((one: { sent: number }) => one.sent > 0) ? (run.id as number) : null;
    };
    for (let found = await ofRun(); ; found = await ofRun()) {
      if (found !== null) {
        runId = found;
        break;
      }
      await page.waitForTimeout(100);
    }
    const messages = await api('GET', '/sandbox/messages?limit=200');
    const own = messages.filter((message: { run_id: number }) => message.run_id === runId);
    lastSent = Math.max(...own.map(({ at }: { at: string }) => Date.parse(at)));
    arrived = own.map(({ body, subject }: { body: string; subject: string }) => ({
      subject,
      links: Object.fromEntries(
        Array.from(body.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/g), ([, to, words]) => [words, to!]),
      ),
    }));
    await page.goto(`${home}/campaigns/${id}#key=${KEY}`);
    await page.getByRole('heading', { name: 'Which is better' }).waitFor();
  });
  afterAll(() => dashboard.close());

  it('leaves machines out unless they are asked for, which stands in the address', async () => {
    const { page } = dashboard;
    await follow(arrived[0]!.links.offer!, 'Googlebot/2.1 (+http://www.google.com/bot.html)');
    await open('?hits=all');
    await panel('Links')
      .getByRole('row', { name: new RegExp(`${OFFER} 1 1 1`) })
      .waitFor();
    const clicked = (title: string, count: number) =>
      panel(title).getByText(`Clicked ${count}`, { exact: true }).waitFor();
    await clicked('Timeline', 1);
    await panel('History')
      .getByRole('row', { name: /Waiting for a winner/ })
      .waitFor();
    await page.getByText('People', { exact: true }).click();
    await clicked('Timeline', 0);
    await panel('Links')
      .getByRole('row', { name: new RegExp(`${OFFER} 1 0 0`) })
      .waitFor();
    expect(page.url()).not.toContain('hits');
    await see('No link was followed yet.');
  });

  it('shows who followed which link, when, and how long that took', async () => {
    const { page, api } = dashboard;
    // Nobody has read a message within five seconds; what does is taken for a machine.
    await page.waitForTimeout(Math.max(0, lastSent + 5_500 - Date.now()));
    followedAt = new Date();
    const [first, second, third] = arrived.slice(1) as [Arrived, Arrived, Arrived];
    for (const { links } of [first, second]) await follow(links.offer!);
    await follow(third.links.news!);
    await follow(second.links.offer!);
    let links = [];
    while (links[0]?.clicks !== 3) links = await api('GET', `/campaigns/${id}/links`);
    await open();
    await panel('Links')
      .getByRole('row', { name: new RegExp(`${OFFER} 1 2 3`) })
      .waitFor();
    await panel('Links')
      .getByRole('row', { name: new RegExp(`${NEWS} 1 1 1`) })
      .waitFor();
    const hours = [followedAt, new Date()].map((at) => {
      const day = at.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
      return `${day}, ${at.getUTCHours()}:00`;
    });
    await page
      .getByRole('img', { name: new RegExp(`^4 clicks, (?:all|most) of them on (?:${hours.join('|')})$`) })
      .waitFor();
    await see(/^3 recipients; half of them took no longer than/);
    const { variants } = await api('GET', `/runs/${runId}/variants`);
    const clicked = [first, second, third].filter(({ subject }) => subject === 'First').length;
    expect(variants.map((one: { clicked: number }) => one.clicked)).toEqual([clicked, 3 - clicked]);
    await expectReadable(dashboard, 'campaign-analyse-followed');
  });

  it('follows what goes on: no report waits for a turn of its own while its head knows more', async () => {
    await open();
    await follow(arrived[4]!.links.news!);
    // Left to itself a report is asked for every ten seconds.
    await panel('Links')
      .getByRole('row', { name: new RegExp(`${NEWS} 1 2 2`) })
      .waitFor({ timeout: 7_000 });
  });

  it('lets people choose the winner, who are asked first and told how many get it', async () => {
    const { page, api } = dashboard;
    const { waiting } = await api('GET', `/runs/${runId}/variants`);
    expect(waiting.audience).toBeGreaterThan(0);
    await page.goto(dashboard.home);
    const running = panel('Running now');
    await running.getByText('Waiting for a winner').waitFor();
    await running.getByText(`${waiting.audience} recipients wait for a variant to win`).waitFor();
    await dashboard.picture('overview-awaiting', { fullPage: false });
    await expectLinesToStandOut(dashboard);
    await running.getByRole('link', { name: 'choose the winner' }).click();
    await page.waitForURL(new RegExp(`campaigns/${id}\\?run=${runId}$`));
    const choose = panel('Variants').getByRole('button', { name: 'Choose B as the winner' });
    await choose.click();
    await see(`${waiting.audience} recipients of run #${runId} get it`);
    await dashboard.picture('winner-choice', { fullPage: false });
    await page.getByRole('button', { name: 'Not yet' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await api('GET', `/runs/${runId}/variants`)).winner).toBeNull();
    await choose.click();
    await page.getByRole('button', { name: 'Send it' }).click();
    await see('“B” won, decided by hand');
    const { winner, variants } = await api('GET', `/runs/${runId}/variants`);
    expect(winner).toMatchObject({ variant: 'B', decided_by: 'hand' });
    await panel('Variants')
      .getByRole('row', { name: new RegExp(`^B ${variants[1].audience} .*Winner`) })
      .waitFor();
    expect(await choose.count()).toBe(0);
  });

  it('keeps in sight the message that is read while others arrive, without what would tell of it', async () => {
    const { page, api, home } = dashboard;
    const messages: { id: number; format: string; body: string }[] = await api('GET', '/sandbox/messages?limit=200');
    const tracked = messages.find(({ body }) => /\/o\/.*\.gif/.test(body))!;
    await page.goto(`${home}/sandbox?message=${tracked.id}`);
    const shown = await page.locator('iframe.message').getAttribute('srcdoc');
    expect(shown).toContain('offer</a>');
    expect(shown).not.toContain('.gif');
    await page.goto(`${home}/sandbox`);
    const read = page.locator('button[aria-current=true]');
    const id = Number(await read.getAttribute('data-message'));
    const wish = { name: 'More', type: 'one_time', schedule_time: '2026-01-01T00:00:00', message: 'More of it' };
    await api('POST', '/campaigns', { ...wish, include: ['tech'] });
    await page.locator(`[data-message="${id + 20}"]`).waitFor();
    expect(await read.getAttribute('data-message')).toBe(String(id));
    const [list, row] = [await page.getByRole('region', { name: 'Messages' }).boundingBox(), await read.boundingBox()];
    expect(row!.y).toBeGreaterThanOrEqual(list!.y);
    expect(row!.y + row!.height).toBeLessThanOrEqual(list!.y + list!.height + 1);
    expect(dashboard.complaints).toEqual([]);
  });
});
