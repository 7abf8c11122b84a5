// Every state of the page, reached from the page of the demo alone.

import type { Page } from '@playwright/test';

import type { Dashboard } from './dashboard.ts';
import { expect, test } from './fixtures.ts';
import { steady } from './scenario.ts';

const DEMO = { args: ['--demo'] };
/** Longer than any phase of any scene. */
const PHASE = { timeout: 45_000 };

const button = (page: Page, scene: string) =>
  page.getByTestId('scenes').getByRole('button', { name: scene, exact: true });

async function play(page: Page, scene: string): Promise<void> {
  await button(page, scene).click();
  await expect(button(page, scene)).toHaveAttribute('aria-current', 'true');
}

/** What is to be seen of each scene as soon as it is picked. */
const SEEN: Record<string, (dashboard: Dashboard, page: Page) => Promise<void>> = {
  throttle: async (dashboard) => expect(dashboard.cards.getByTestId('limiter').filter({ hasText: /▲ Power-capped/ }).first()).toBeVisible(),
  'idle-hog': async (dashboard) => expect(dashboard.cards.getByTestId('idle-hog').filter({ hasText: /▲ Idle for .* still held by/ })).toHaveCount(1),
  mig: async (dashboard) => expect(dashboard.card(0).root.getByTestId('mig-row')).toHaveCount(4),
  unified: async (dashboard) => expect(dashboard.card(0).root).toContainText('Memory, shared with the host'),
  asleep: async (dashboard) => expect(dashboard.card(1).value('gpu-state')).toContainText('☾ asleep since'),
  faulty: async (dashboard) => {
    await expect(dashboard.card(0).value('health')).toContainText('▲');
    await expect(dashboard.card(3).value('gpu-state')).toContainText('▲ unreadable');
  },
  'no-gpu': async (dashboard) => {
    await expect(dashboard.noGpu).toBeVisible();
    await expect(dashboard.sourceAttempts).toContainText([/^NVML: .+\. .+\./, /^nvidia-smi: .+\. .+\./, /^nvtop: .+\. .+\./]);
    await expect(dashboard.source).toHaveText('no telemetry source');
    await expect(dashboard.cards).toHaveCount(0);
  },
  'stand-in': async (dashboard, page) => {
    await expect(page.getByTestId('stand-in-banner')).toContainText(
      'Reading through nvidia-smi, because NVML fails: The NVIDIA driver and its library have different versions.',
    );
    await expect(dashboard.source).toContainText('nvidia-smi (simulated)');
    await expect(dashboard.cards).toHaveCount(8);
  },
  'no-host': async (dashboard, page) => {
    await expect(dashboard.cards).toHaveCount(8);
    await expect(page.getByTestId('host-cpu')).toBeHidden();
    await expect(page.getByTestId('host-name')).toBeEmpty();
  },
  work: async (dashboard, page) => {
    await expect(dashboard.cards).toHaveCount(8);
    await expect(page.getByTestId('host-cpu')).toBeVisible();
    await expect(page.getByTestId('stand-in-banner')).toHaveCount(0);
    await page.getByTestId('pause').click();
    await expect(dashboard.link).toContainText('Paused');
  },
};

test('each scene is picked by its button, shows its state, and is marked as simulated', async ({
  serve,
  dashboard,
  page,
}) => {
  const server = await serve(DEMO);
  await dashboard.open(server);
  await expect(button(page, 'work')).toHaveAttribute('aria-current', 'true');
  for (const [scene, seen] of Object.entries(SEEN)) {
    await test.step(scene, async () => {
      await play(page, scene);
      expect(page.url()).toBe(server.url);
      await dashboard.live();
      await expect(dashboard.demoBanner).toContainText('Simulated data');
      await expect(page).toHaveTitle(/simulated data$/);
      await seen(dashboard, page);
      for (const path of ['api/snapshot', 'api/health']) {
        expect(await (await page.request.get(server.url + path)).json(), path).toMatchObject({ simulated: true });
      }
    });
  }
});

test('a GPU is lost in its scene', async ({ serve, dashboard, page }) => {
  test.setTimeout(90_000);
  await dashboard.open(await serve(DEMO));
  await play(page, 'lost');
  await expect(dashboard.card(3).value('gpu-state')).toContainText('▲ lost since', PHASE);
  await expect(page).toHaveTitle(/^▲ 1.GPU lost/);
});

test('a source that hangs makes the page stale, and live again', async ({ serve, dashboard, page }) => {
  test.setTimeout(120_000);
  const server = await serve(DEMO);
  await dashboard.open(server);
  await play(page, 'hang');
  await dashboard.live();
  await expect(dashboard.staleBanner).toBeVisible(PHASE);
  await expect(dashboard.link).toContainText('Stale');
  await expect(page.getByTestId('stand-in-banner')).toContainText('demo: It has not answered for');
  await expect(dashboard.demoBanner).toContainText('Simulated data');
  expect((await page.request.get(`${server.url}api/health`)).status()).toBe(503);
  await expect(dashboard.staleBanner).toHaveCount(0, PHASE);
  await dashboard.live();
  // And it does not keep anybody in its scene.
  await expect(dashboard.staleBanner).toBeVisible(PHASE);
  await play(page, 'mig');
  await expect(dashboard.cards).toHaveCount(2);
  await dashboard.live();
});

test('a server that restarts is waited for, and one that is slow is connected to', async ({ serve, dashboard, page }) => {
  test.setTimeout(120_000);
  await dashboard.open(await serve(DEMO));
  await play(page, 'restart');
  await dashboard.live();
  await expect(dashboard.lostBanner).toBeVisible(PHASE);
  await expect(dashboard.link).toContainText(/Reconnecting in \d+\ss · data \d+\ss old/);
  await page.reload();
  await expect(dashboard.link).toContainText('Connecting');
  await expect(dashboard.link).toContainText('Reconnecting in');
  await expect(dashboard.demoBanner).toContainText('Simulated data');
  await expect(dashboard.link).toContainText('Live', PHASE);
  await expect(dashboard.lostBanner).toHaveCount(0);
});

test('whoever looks follows, and no card of another scene stays', async ({ serve, dashboard, page, context }) => {
  const server = await serve({ args: ['--demo', '--demo-scenario', 'mig'] });
  await dashboard.open(server);
  // Gone with the page, should that be loaded anew.
  await page.evaluate(() => (document.documentElement.dataset.same = 'page'));
  await expect(dashboard.cards).toHaveCount(2);
  const other = await context.newPage();
  await other.goto(server.url);
  for (const [scene, cards] of [
    ['work', 8],
    ['no-gpu', 0],
    ['lost', 8],
    ['unified', 1],
    ['mig', 2],
  ] as const) {
    await play(other, scene);
    await expect(dashboard.cards).toHaveCount(cards);
    await expect(button(page, scene)).toHaveAttribute('aria-current', 'true');
    await expect(page.locator('[aria-current]')).toHaveCount(1);
    await dashboard.live();
  }
  await expect(dashboard.card(0).root.getByTestId('mig-row')).toHaveCount(4);
  await expect(dashboard.noGpu).toBeHidden();
  // The last minute begins with the scene.
  expect(await dashboard.card(0).utilizationLine.reach()).toBeLessThan(0.5);
  await expect(page.locator('html')).toHaveAttribute('data-same', 'page');
});

test('real GPUs have no scenes', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  await expect(page.getByTestId('scenes')).toHaveCount(0);
  const refused = await page.request.post(`${server.url}demo`, { form: { scenario: 'work' } });
  expect(refused.status()).toBe(404);
});

test('the picker is one line on a wide page and can be hit on a narrow one', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve(DEMO));
  const heights = () =>
    page.evaluate(() => [...document.querySelectorAll('.demo p')].map((part) => part.getBoundingClientRect().top));
  const [words, scenes] = await heights();
  expect(Math.abs((words ?? 0) - (scenes ?? 99))).toBeLessThan(12);
  const wide = await page.locator('.demo').boundingBox();
  expect(wide?.height).toBeLessThan(50);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const box of await Promise.all((await page.locator('.scenes button').all()).map((one) => one.boundingBox()))) {
    expect(box?.height).toBeGreaterThanOrEqual(24);
    expect(box?.width).toBeGreaterThanOrEqual(24);
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('scenes are picked all the same', async ({ serve, dashboard, page }) => {
    const server = await serve(DEMO);
    await page.goto(server.url);
    await expect(dashboard.cards).toHaveCount(8);
    await play(page, 'no-gpu');
    await expect(dashboard.noGpu).toBeVisible();
    await expect(page).toHaveTitle(/simulated data$/);
    await play(page, 'mig');
    await expect(dashboard.cards).toHaveCount(2);
    await expect(page).toHaveURL(server.url);
  });
});
