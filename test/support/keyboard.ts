import type { Page } from 'playwright-core';

/** What stands at the focus, as a screen reader would begin to say it. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  if (at === document.body) return '';
  const label = at.getAttribute('aria-label') ?? (at.labels?.[0] ?? at).innerText;
  return label.split('\\n', 1)[0].replace(/\\s*\\*$/, '').trim();
})()`;

/** A person without a mouse: goes to things by their names with the tab key, and no other way. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  /** Goes to what is called so, from where the focus is; throws with what was passed where it is not reached. */
  async goTo(name: string, most = 60): Promise<void> {
    const passed: string[] = [];
    while (passed.length < most) {
      await this.page.keyboard.press('Tab');
      const at: string = await this.page.evaluate(FOCUSED);
      if (at === name) return;
      passed.push(at);
    }
    throw new Error(`no “${name}” among ${passed.join(' | ')}`);
  }

  /** Goes to a field and writes into it what stands there from then on. */
  async write(field: string, text: string): Promise<void> {
    await this.goTo(field);
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(text);
  }

  /** Goes to a button, a link or a switch and presses it. */
  async press(name: string, key = 'Enter'): Promise<void> {
    await this.goTo(name);
    await this.page.keyboard.press(key);
  }
}
