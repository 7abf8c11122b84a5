// Cards that are folded to their heads.

import type { Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { busy, steady } from './scenario.ts';

const KEPT = 'gpu-observatory.1';
const two = { gpus: [{ ...busy, uuid: 'GPU-first' }, { ...steady, uuid: 'GPU-second' }] };

declare global {
  interface Window {
    shifted: number;
  }
}

/** Adds up by how much the page moves under the reader's eye, from each load on. */
async function measureShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shifted += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

test('a folded card is a head, is remembered, and draws nothing', async ({ serve, dashboard, page }) => {
  await measureShifts(page);
  // What fades in does not count as moved.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const server = await serve({ scenario: two });
  await dashboard.open(server);
  const [first, second] = [dashboard.card(0), dashboard.card(1)];
  const fold = first.root.getByRole('button', { name: 'All of GPU 0' });
  await expect(fold).toHaveAttribute('aria-expanded', 'true');
  await expect.poll(() => first.utilizationLine.stretches()).not.toEqual([]);
  await expect(first.value('brief-memory')).toBeHidden();
  await fold.focus();
  await page.keyboard.press('Enter');
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  const body = page.locator(`#${await fold.getAttribute('aria-controls')}`);
  await expect(body).toBeHidden();
  await expect(first.value('utilization')).toBeVisible();
  await expect(first.value('brief-memory')).toHaveText(/^[\d.]+\s\/\s140\.0\sGiB\s*$/);
  const height = async (card: typeof first) => (await card.root.boundingBox())?.height ?? 0;
  expect(await height(first), 'not stretched to its neighbour').toBeLessThan((await height(second)) / 2);

  const picture = await first.utilizationLine.picture();
  const other = await second.root.getByTestId('spark-utilization').getAttribute('aria-label');
  expect(other).toContain('now');
  await server.samplesFor(1500);
  expect(await first.utilizationLine.picture(), 'nobody sees it').toBe(picture);

  // In one column each card stands below the other, and the client comes after the first paint.
  await page.setViewportSize({ width: 700, height: 1400 });
  const before = await page.evaluate(() => performance.timeOrigin);
  await page.route('**/*.wasm', async (route) => {
    await page.waitForFunction(
      (before) => performance.timeOrigin > before && performance.getEntriesByName('first-contentful-paint').length > 0,
      before,
    );
    await route.continue();
  });
  await page.reload();
  await dashboard.live();
  await expect(body).toBeHidden();
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  await expect(page.locator('html')).not.toHaveAttribute('data-fold');
  await server.samplesFor(600);
  expect(await first.utilizationLine.stretches()).toEqual([]);
  // A figure that grows by a digit is some 0.0001; a card that folds up, a hundred times that.
  expect(await page.evaluate(() => window.shifted), 'nothing jumps').toBeLessThan(0.001);

  await page.unroute('**/*.wasm');
  await fold.click();
  await expect(body).toBeVisible();
  await expect.poll(() => first.utilizationLine.stretches()).not.toEqual([]);
  await page.reload();
  await dashboard.live();
  await expect(body).toBeVisible();
});

test('a card is folded before the client is there', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: two });
  await dashboard.open(server);
  const first = dashboard.card(0);
  await first.value('fold').click();
  await expect.poll(() => page.evaluate((key) => localStorage.getItem(key), KEPT)).toContain('fold=GPU-first ');
  const folded = await first.root.boundingBox();
  const body = 'export default () => new Promise(() => {}); export function hydrate() {}';
  await page.route('**/pkg/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
  await page.goto(server.url);
  await expect(first.root.locator('.body')).toBeHidden();
  await expect(first.value('brief-memory')).toBeVisible();
  await expect(dashboard.card(1).root.locator('.body')).toBeVisible();
  expect((await first.root.boundingBox())?.height).toBeCloseTo(folded?.height ?? 0, 1);
});

test('the head of a folded card says the worst', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: two });
  await dashboard.open(server);
  await dashboard.card(1).value('fold').click();
  await expect(dashboard.card(1).value('brief')).toBeHidden();
  server.setScenario({ gpus: [two.gpus[0] ?? {}, { ...two.gpus[1], lostAt: 0 }] });
  await expect(dashboard.card(1).value('brief')).toContainText(/fallen off|stopped answering/);
  await expect(dashboard.card(1).value('gpu-state')).toContainText('lost');
  await page.getByTestId('filter').fill('nothing has this name');
  await expect(dashboard.card(1).root).toBeHidden();
});

test('what is damaged folds nothing', async ({ serve, dashboard, page }) => {
  await page.addInitScript((key) => localStorage.setItem(key, 'theme=dark fold="],*{},,<b> filter= fold=GPU-first'), KEPT);
  await dashboard.open(await serve({ scenario: two }));
  for (const index of [0, 1]) await expect(dashboard.card(index).value('fold')).toHaveAttribute('aria-expanded', 'true');
});
