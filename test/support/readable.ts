import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Dashboard } from './dashboard.js';

export const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** What axe finds on the page, by rule and element; `rules` narrows what it looks for. */
async function violations(page: Page, rules = RULES): Promise<string[]> {
  return page.evaluate(async (runOnly) => {
    // The page has axe, whose types are not these of the test.
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run({ runOnly });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
  }, rules);
}

/** Asserts that what is shown can be read by everybody, by day and by night, and fits a phone; keeps a picture of each. */
export async function expectReadable({ page, picture }: Dashboard, name: string): Promise<void> {
  await page.locator('[role=status][aria-label=Loading]').first().waitFor({ state: 'detached' });
  await page.evaluate(axe);
  expect(await violations(page)).toEqual([]);
  await picture(`${name}-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
  expect(await violations(page, ['color-contrast', 'link-in-text-block'])).toEqual([]);
  await picture(`${name}-dark`, { fullPage: false });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await picture(`${name}-phone`);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  await page.setViewportSize(WIDE);
}
