import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Dashboard } from './dashboard.js';

export const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** What is to be pressed or read beyond the right edge, where a phone shows it only to who pushes a part of the page along. */
const OUT_OF_SIGHT = `[...document.querySelectorAll('main button, main pre')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest('[role=tablist]'))
  .map((one) => one.textContent)`;

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
  expect(await page.evaluate(OUT_OF_SIGHT)).toEqual([]);
  await page.setViewportSize(WIDE);
}

/** Asserts that the lines of a chart stand out from what is on both sides of them, which is an outline, by day and by night. */
export async function expectLinesToStandOut({ page, picture }: Dashboard): Promise<void> {
  for (const scheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    const [paper, ...strokes] = await page.evaluate<string[]>(STROKES);
    expect(strokes.slice(0, strokes.length / 2)).toEqual([paper, paper]);
    for (const line of strokes.slice(strokes.length / 2)) expect(contrast(line, paper!)).toBeGreaterThan(3);
    await picture(`chart-${scheme}`, { fullPage: false });
  }
}

/** The colour of the panel that a chart lies on, and of its lines in the order in which they are drawn. */
const STROKES = `(([first, ...others]) => [
  getComputedStyle(first.closest('.mantine-Card-root')).backgroundColor,
  ...[first, ...others].map((line) => getComputedStyle(line).stroke),
])(document.querySelectorAll('.step-chart polyline'))`;

/** As WCAG counts it, of two colours as browsers write them, "rgb(47, 111, 181)". */
function contrast(...colours: [string, string]): number {
  const [dark, light] = colours.map(luminance).sort((one, other) => one - other);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = Array.from(colour.matchAll(/\d+/g), ([value]) => {
    const part = Number(value) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
