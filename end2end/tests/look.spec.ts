// Each state in both themes by the rules of accessibility, and at each width and with
// enlarged text without a text that overflows or overlaps.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { CONDITIONS, reach } from './conditions.ts';
import { expect, SERVER_GONE, test } from './fixtures.ts';
import { clashes } from './layout.ts';

/** 320 px is a window of 1280 at 400 %, 720 px one of 1440 at 200 %. */
const WIDTHS = [320, 360, 390, 720, 768, 1024, 1280, 1440, 2560, 3840];
const ENLARGED = [390, 768, 1440];

/** Flat grounds, as bad for the texts on them as the gradients are anywhere: axe judges no gradient. */
const FLAT = `
  html, body { background: light-dark(#e9e7ff, #141033) !important; }
  body::before { display: none !important; }
  .panel, .details { background: light-dark(#f3f3ff, #1d2340) !important; }
`;

/** Puts these rules in force in the place of those that were before: the page's policy allows no element with any. */
async function paint(page: Page, rules: string): Promise<void> {
  await page.evaluate((rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [sheet];
  }, rules);
}

test.use({ tolerated: SERVER_GONE });

for (const condition of CONDITIONS) {
  test(`${condition.name}: accessible in both themes, and clean at every size`, async ({ serve, page }) => {
    test.setTimeout(240_000);
    // Nothing moves while it is looked at.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const dashboard = await reach(condition, page, await serve(condition.options));
    await paint(page, FLAT);
    // Both themes and both layouts, but not each with each: this takes most of the time.
    for (const [colorScheme, width] of [['dark', 1440], ['light', 390]] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const said = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
      expect.soft(said, `${colorScheme}, ${width} px`).toEqual([]);
    }
    await paint(page, '');
    const fits = async (what: string) => {
      expect.soft(await dashboard.overflow(), what).toBeLessThanOrEqual(0);
      expect.soft(await clashes(page), what).toEqual([]);
    };
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await fits(`at ${width} px`);
    }
    await paint(page, 'html { font-size: 200% }');
    for (const width of ENLARGED) {
      await page.setViewportSize({ width, height: 900 });
      await fits(`text of 200 % at ${width} px`);
    }
  });
}

test.describe('at 200 %', () => {
  test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });

  for (const name of ['the scene work', 'rows of 64 GPUs', 'paused and looked back', 'details of a MIG GPU']) {
    test(`a window of 1440 px shows all of ${name}`, async ({ serve, page }) => {
      const condition = CONDITIONS.find((condition) => condition.name === name);
      if (!condition) throw new Error(`there is no state ${name}`);
      const dashboard = await reach(condition, page, await serve(condition.options));
      expect(await dashboard.overflow()).toBeLessThanOrEqual(0);
      expect(await clashes(page)).toEqual([]);
    });
  }
});
