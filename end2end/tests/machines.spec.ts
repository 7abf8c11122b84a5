import { expect, test } from './fixtures.ts';
import { busy, NVML, steady } from './scenario.ts';

for (const count of [1, 8, 64]) {
  test(`${count} GPUs have a card each, in the driver's order`, async ({ serve, dashboard, page }) => {
    const server = await serve({
      // The last one is repeated; each repetition has its own identity.
      scenario: { gpuCount: count, gpus: [{ ...busy, uuid: undefined }] },
      env: { GPU_MONITOR_POLL_INTERVAL_MS: '500' },
    });
    await dashboard.open(server);
    if (count > 16) await page.keyboard.press('v');
    await expect(dashboard.cards).toHaveCount(count);
    expect(await dashboard.order()).toEqual(Array.from({ length: count }, (_, index) => index));
    await expect(dashboard.fleetCount).toContainText(`${count} GPU`);

    const last = dashboard.card(count - 1);
    await expect(last.value('memory')).toContainText('/ 140.0 GiB');
    // What is out of view is not drawn.
    await last.root.scrollIntoViewIfNeeded();
    const before = await last.utilizationLine.picture();
    await expect.poll(() => last.utilizationLine.picture()).not.toBe(before);
  });
}

test('a lost GPU keeps its card', async ({ serve, dashboard, page }) => {
  const [first, second] = [
    { ...steady, uuid: 'GPU-first' },
    { ...steady, uuid: 'GPU-second', utilization: { gpu: 81, memory: 1 } },
  ];
  const server = await serve({ scenario: { gpus: [first, second] } });
  await dashboard.open(server);
  const card = dashboard.card(1);
  await expect(card.value('utilization')).toHaveText('81 %');
  await expect(card.value('gpu-state')).toBeEmpty();
  const temperature = await card.value('temperature').innerText();
  expect(temperature).toMatch(/\d/);

  server.setScenario({ gpus: [first, { ...second, lostAt: 0 }] });
  await expect(card.value('gpu-state')).toContainText('lost');
  await expect(card.value('state-detail')).toContainText(/Reset it .* Values are the last known, of \d\d:\d\d:\d\d\./);
  await expect(card.value('utilization')).toHaveText('—');
  await expect(card.value('temperature'), 'as it last was').toHaveText(temperature);
  await expect(dashboard.cards).toHaveCount(2);
  await expect(dashboard.fleetCount).toContainText('1 lost');
  await expect(dashboard.fleetUtilization, 'of those that answer').toHaveText('37 %');
  await expect(dashboard.card(0).value('gpu-state')).toBeEmpty();
  const event = page.getByTestId('event').first();
  await expect(event).toContainText('▲ GPU 1 (NVIDIA H200) is lost');

  server.setScenario({ gpus: [first, second] });
  await expect(card.value('gpu-state')).toBeEmpty({ timeout: 30_000 });
  await expect(event).toContainText('GPU 1 (NVIDIA H200) answers again');
  await expect(card.value('utilization')).toHaveText('81 %');
});

test('a GPU that is added gets a card', async ({ serve, dashboard }) => {
  const server = await serve({ scenario: { gpuCount: 1, gpus: [busy, { ...steady, uuid: 'GPU-new' }] } });
  await dashboard.open(server);
  await expect(dashboard.cards).toHaveCount(1);
  server.setScenario({ gpuCount: 2, gpus: [busy, { ...steady, uuid: 'GPU-new' }] });
  await expect(dashboard.card(1).value('utilization')).toHaveText('37 %', { timeout: 30_000 });
});

test('without a driver the page says what was tried, why it failed and what to do', async ({ serve, dashboard }) => {
  const server = await serve();
  await dashboard.open(server);
  await expect(dashboard.noGpu).toBeVisible();
  await expect(dashboard.sourceAttempts).toContainText([/NVML: .+\. .+\./, /nvidia-smi: .+\. .+\./]);
  await expect(dashboard.cards).toHaveCount(0);
});

test('a driver that is not loaded is named', async ({ serve, dashboard }) => {
  const server = await serve({ scenario: { init: { error: NVML.driverNotLoaded } } });
  await dashboard.open(server);
  await expect(dashboard.noGpu).toBeVisible();
  await expect(dashboard.sourceAttempts.first()).toContainText(/NVML: .*driver.*\./i);
});

test('a driver without a GPU is no failure of the driver', async ({ serve, dashboard }) => {
  const server = await serve({ scenario: { gpuCount: 0, gpus: [] } });
  await dashboard.open(server);
  await expect(dashboard.noGpu).toContainText('NVML');
  await expect(dashboard.cards).toHaveCount(0);
});

test('the demo says that it is one', async ({ serve, dashboard, page }) => {
  const server = await serve({ args: ['--demo'] });
  await dashboard.open(server);
  await expect(dashboard.demoBanner).toBeVisible();
  await expect(dashboard.cards).toHaveCount(8);
  await expect(page).toHaveTitle(/simulated/);
  expect(await server.snapshot()).toMatchObject({ simulated: true, provider: 'demo' });
  const before = await dashboard.card(0).utilizationLine.picture();
  await expect.poll(() => dashboard.card(0).utilizationLine.picture()).not.toBe(before);
});

test('real GPUs are not called simulated', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  await expect(dashboard.demoBanner).toHaveCount(0);
  await expect(page).not.toHaveTitle(/simulated/);
});
