import { expect, SERVER_GONE, test } from './fixtures.ts';
import { busy } from './scenario.ts';

test.describe('with the server gone', () => {
  test.use({ tolerated: SERVER_GONE });

  test('the page says so, and is live again with the server', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpus: [busy] } });
    await dashboard.open(server);
    const card = dashboard.card(0);
    await expect.poll(() => card.utilizationLine.stretches()).not.toEqual([]);

    await server.kill();
    await expect(dashboard.link).toContainText('Reconnecting');
    await expect(dashboard.lostBanner).toBeVisible();
    await expect(page).toHaveTitle(/Disconnected/);
    await expect(card.value('utilization'), 'the last values stay').toHaveText(/\d+\s%/);

    await server.restart();
    await dashboard.live();
    await expect(dashboard.lostBanner).toHaveCount(0);
    await expect(page).not.toHaveTitle(/Disconnected/);
    await expect.poll(() => card.utilizationLine.stretches(), 'there is a line again').not.toEqual([]);
    const picture = await card.utilizationLine.picture();
    await expect.poll(() => card.utilizationLine.picture()).not.toBe(picture);
  });

  test('a click connects at once', async ({ serve, dashboard, page }) => {
    await page.clock.install();
    const server = await serve({ scenario: { gpus: [busy] } });
    await dashboard.open(server);
    await server.kill();
    await expect(dashboard.link).toContainText('Reconnecting in');
    // Time stands still from here on, so the page cannot come back by waiting.
    await page.clock.pauseAt(Date.now() + 5_000);
    await expect(dashboard.link).toContainText('Reconnecting in');
    await server.restart();
    await dashboard.retry.click();
    await dashboard.live();
  });

  test('a server that shuts down is missed at once', async ({ serve, dashboard }) => {
    const server = await serve({ scenario: { gpus: [busy] } });
    await dashboard.open(server);
    await server.stop();
    await expect(dashboard.link).toContainText('Reconnecting');
  });
});

test('a driver that hangs makes the page stale, and live again when it is back', async ({ serve, dashboard, page }) => {
  // Every sample is sent, so the last one before the hang is also the last to arrive.
  const server = await serve({ scenario: { gpus: [busy] }, env: { GPU_MONITOR_WS_MAX_RATE_HZ: '30' } });
  await dashboard.open(server);
  await expect(dashboard.staleBanner).toHaveCount(0);

  server.setScenario({ gpus: [{ ...busy, delaysMs: { nvmlDeviceGetUtilizationRates: 12_000 } }] });
  await expect(dashboard.link).toContainText('Stale', { timeout: 20_000 });
  await expect(dashboard.staleBanner).toBeVisible();
  await expect(page).toHaveTitle(/Stale/);
  const health = await page.request.get(`${server.url}api/health`);
  expect(health.status()).toBe(503);
  expect(await health.json()).toMatchObject({ status: 'stale' });

  server.setScenario({ gpus: [busy] });
  await expect(dashboard.link).toContainText('Live', { timeout: 20_000 });
  await expect(dashboard.staleBanner).toHaveCount(0);
  await expect(page).not.toHaveTitle(/Stale/);
  const line = dashboard.card(0).utilizationLine;
  await expect.poll(async () => (await line.stretches()).length, 'the pause is a gap').toBeGreaterThan(1);
});
