// What Tab reaches comes in the order in which it is seen.

import type { Page } from '@playwright/test';

import { CONDITIONS, reach } from './conditions.ts';
import { expect, test } from './fixtures.ts';

interface Stop { name: string; left: number; top: number; bottom: number }

/** What Tab reaches, from the beginning of the page on, with its place on the page. */
async function stops(page: Page, most: number): Promise<Stop[]> {
  const found: Stop[] = [];
  await page.evaluate(() => {
    // The next Tab starts at the top.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    window.scrollTo(0, 0);
  });
  while (found.length < most) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      // The header and the bar, and then in the blocks that flow in columns the first one.
      if (!element?.closest('header.top, .time-bar, [data-index="0"]')) return undefined;
      const { left, top, bottom } = element.getBoundingClientRect();
      const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
      return { name: name.slice(0, 40), left, top: top + window.scrollY, bottom: bottom + window.scrollY };
    });
    if (!stop && found.length > 0 && (await page.evaluate(() => !!document.activeElement?.closest('[data-index="1"]')))) break;
    if (stop) found.push(stop);
  }
  return found;
}

for (const name of ['the scene work', 'rows of faulty GPUs', 'paused and looked back']) {
  test(`Tab goes where the eye goes: ${name}`, async ({ serve, page }) => {
    const condition = CONDITIONS.find((condition) => condition.name === name);
    if (!condition) throw new Error(`there is no state ${name}`);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await reach(condition, page, await serve(condition.options));
    for (const width of [390, 800, 1440]) {
      await page.setViewportSize({ width, height: 2000 });
      const all = await stops(page, 24);
      expect(all.map((stop) => stop.name)).toEqual(expect.arrayContaining(['Rows', 'Keyboard help']));
      all.slice(1).forEach((stop, n) => {
        const before = all[n];
        if (!before) return;
        // A button is larger than its sign.
        const below = (stop.top + stop.bottom) / 2 >= before.bottom - 2;
        const beside = stop.left > before.left && stop.bottom > before.top;
        expect.soft(below || beside, `at ${width} px: "${before.name}", then "${stop.name}"`).toBe(true);
      });
    }
  });
}
