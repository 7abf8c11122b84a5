// Each state in both themes by the rules of accessibility, and at each width without a
// text that overflows or overlaps.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import type { Dashboard } from './dashboard.ts';
import { expect, test } from './fixtures.ts';
import { clashes } from './layout.ts';
import type { Server } from './server.ts';

const WIDTHS = [360, 390, 768, 1024, 1280, 1440, 2560, 3840];
const demo = (...args: string[]) => ['--demo', ...args];

interface State {
  name: string;
  args?: string[];
  /** What is done to the page when it lives. */
  then?: (page: Page, server: Server, dashboard: Dashboard) => Promise<void>;
}

const rows = async (page: Page) => page.getByRole('button', { name: 'Rows', exact: true }).click();

const STATES: State[] = [
  ...['work', 'throttle', 'mig', 'lost', 'asleep', 'faulty'].map((scene) => ({
    name: `the scene ${scene}`,
    args: demo('--demo-scenario', scene),
  })),
  { name: 'two GPUs', args: demo('--demo-gpus', '2') },
  { name: 'twenty GPUs', args: demo('--demo-gpus', '20') },
  { name: 'rows of faulty GPUs', args: demo('--demo-scenario', 'faulty'), then: rows },
  { name: 'rows with one lost', args: demo('--demo-scenario', 'lost'), then: rows },
  { name: 'a filter', args: demo(), then: async (page) => page.getByTestId('filter').fill('vllm') },
  {
    name: 'folded cards and watches',
    args: demo(),
    then: async (page) => {
      for (const index of [0, 5]) await page.getByTestId('fold').nth(index).click();
      await page.getByTestId('bell').nth(1).click();
      await expect(page.getByTestId('watching')).toBeVisible();
    },
  },
  { name: 'the details', args: demo(), then: async (page) => page.evaluate(() => void (location.hash = '#gpu-0')) },
  { name: 'the help', args: demo(), then: async (page) => page.keyboard.press('?') },
  { name: 'no GPU' },
  {
    name: 'the server gone',
    args: demo(),
    then: async (_page, server, dashboard) => {
      await server.kill();
      await expect(dashboard.lostBanner).toBeVisible();
    },
  },
];

/** Flat grounds, as bad for the texts on them as the gradients are anywhere: axe judges no gradient. */
const FLAT = `
  html, body { background: light-dark(#e9e7ff, #141033) !important; }
  body::before { display: none !important; }
  .panel { background: light-dark(#f3f3ff, #1d2340) !important; }
`;

test.use({ tolerated: /WebSocket connection to .* failed|net::ERR_CONNECTION_(REFUSED|RESET)/ });

for (const { name, args, then } of STATES) {
  test(`${name}: accessible in both themes, and clean at every width`, async ({ serve, dashboard, page }) => {
    test.setTimeout(120_000);
    // Nothing moves while it is looked at.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const server = await serve(args ? { args } : {});
    await dashboard.open(server);
    await then?.(page, server, dashboard);
    const flat = await page.addStyleTag({ content: FLAT });
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        const { violations } = await new AxeBuilder({ page }).analyze();
        const said = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
        expect.soft(said, `${colorScheme}, ${width} px`).toEqual([]);
      }
    }
    await flat.evaluate((style) => (style as HTMLElement).remove());
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect.soft(await dashboard.overflow(), `at ${width} px`).toBeLessThanOrEqual(0);
      expect.soft(await clashes(page), `at ${width} px`).toEqual([]);
    }
  });
}
