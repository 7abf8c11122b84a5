// What is told without being looked at: announcements, the tab's title and icon.

import type { Page } from '@playwright/test';

import { alter } from './altered.ts';
import { expect, SERVER_GONE, test } from './fixtures.ts';
import { busy, steady } from './scenario.ts';

/** By the colour of its mark; whole in the address, for a server that is gone delivers none. */
const ICON = {
  ok: /^data:image\/svg\+xml,(?!.*%23f(b3b5c|bbf24))/,
  warn: /data:image\/svg\+xml,.*%23fbbf24/,
  bad: /data:image\/svg\+xml,.*%23fb3b5c/,
};

const icon = (page: Page) => page.locator('link[rel=icon]');

test('a GPU that is lost is announced, and the tab says so', async ({ serve, dashboard, page }) => {
  const second = { ...steady, uuid: 'GPU-second' };
  const server = await serve({ scenario: { gpus: [busy, second] } });
  await dashboard.open(server);
  const announcer = page.getByTestId('announcer');
  await expect(announcer).toBeEmpty();
  await expect(announcer).toHaveAttribute('role', 'status');
  await expect(icon(page)).toHaveAttribute('href', ICON.ok);

  server.setScenario({ gpus: [busy, { ...second, lostAt: 0 }] });
  await expect(announcer).toContainText('GPU 1 (NVIDIA H200) is lost');
  await expect(page).toHaveTitle(/^▲ 1.GPU lost · /);
  await expect(icon(page)).toHaveAttribute('href', ICON.bad);
  // Also where the page is loaded only then.
  const html = await (await page.request.get(server.url)).text();
  expect(html).toMatch(/<title>▲ 1.GPU lost/);
  expect(html).toMatch(new RegExp(`rel="icon"[^>]*${ICON.bad.source}`));

  server.setScenario({ gpus: [busy, second] });
  await expect(announcer).toContainText('answers again', { timeout: 30_000 });
  await expect(page).not.toHaveTitle(/lost/);
  await expect(icon(page)).toHaveAttribute('href', ICON.ok);
});

test('heat is worth a look at the tab', async ({ serve, dashboard, page }) => {
  let temperature = 60;
  await alter(page, (snapshot) => Object.assign(snapshot.gpus[0] ?? {}, { temperature, temperatureSlowdown: 87 }));
  await dashboard.open(await serve({ scenario: { gpus: [steady] } }));
  await expect(icon(page)).toHaveAttribute('href', ICON.ok);
  temperature = 84;
  await expect(icon(page)).toHaveAttribute('href', ICON.warn);
  await expect(page).toHaveTitle(/^▲ GPU.0 hot/);
});

test('events are announced once, old ones and figures never', async ({ serve, dashboard, page }) => {
  let more = false;
  await alter(page, (snapshot) => {
    const time = (seconds: number) => new Date(Date.parse(snapshot.timestamp) + 1000 * seconds).toISOString();
    snapshot.events = [{ time: '2026-01-01T00:00:00.000Z', kind: 'xid', xid: 31, text: 'XID 31: long ago.' }];
    if (more) snapshot.events.push({ time: time(0), kind: 'source', text: 'Reading through nvidia-smi.' });
  });
  await dashboard.open(await serve({ scenario: { gpus: [busy] } }));
  const announcer = page.getByTestId('announcer');
  await expect(page.getByTestId('event')).toHaveCount(1);
  await expect(announcer, 'what stood there when the page came').not.toContainText('nvidia-smi');
  more = true;
  await expect(announcer).toContainText('Reading through nvidia-smi.');
  await expect(announcer).not.toContainText(/%|long ago.*long ago/);
  expect(await page.locator('[aria-live], [role=alert]').count(), 'one region speaks').toBe(0);
});

test('the icon is a picture', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve({ scenario: { gpus: [steady] } }));
  const width = await icon(page).evaluate(async (link) => {
    const image = new Image();
    image.src = (link as HTMLLinkElement).href;
    await image.decode();
    return image.naturalWidth;
  });
  expect(width).toBeGreaterThan(0);
});

test('what says nothing is not in the page', async ({ serve, page }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  expect(await (await page.request.get(server.url)).text()).not.toContain('earlier');
});

test.describe('with the server gone', () => {
  test.use({ tolerated: SERVER_GONE });

  test('the connection is announced without its countdown', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpus: [busy] } });
    await dashboard.open(server);
    await server.kill();
    await expect(icon(page)).toHaveAttribute('href', ICON.bad);
    const announcer = page.getByTestId('announcer');
    await expect(announcer).toHaveText('Connection to the server lost.');
    await server.restart();
    await expect(announcer).toContainText('Live.');
  });
});
