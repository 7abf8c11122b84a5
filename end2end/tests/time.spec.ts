import type { Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { busy, NVML, steady } from './scenario.ts';
import type { Server } from './server.ts';

/** Nothing comes to the page but what the test lets through. */
const EVERY = { GPU_MONITOR_WS_MAX_RATE_HZ: '30' };

/** "37 %" without the kind of its space. */
const plain = (text: string | null) => (text ?? '').replace(/\s/g, ' ');

const tips = (page: Page) => page.locator('.cursor:not(.nothing) .tip');

/** Waits until this page has received samples over so many milliseconds. */
async function received(page: Page, server: Server, milliseconds: number): Promise<void> {
  await server.samplesFor(milliseconds);
  await expect(page.getByTestId('link')).toContainText('Live');
}

test('the pointer marks one instant in all plots, and leaves none behind', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpuCount: 2, gpus: [{ ...busy, uuid: undefined }] }, env: EVERY });
  await dashboard.open(server);
  await received(page, server, 2500);
  await expect(tips(page)).toHaveCount(0);

  // Frozen, so that what is compared stays.
  await page.getByTestId('pause').click();
  const plot = dashboard.card(0).utilizationLine.canvas;
  const box = await plot.boundingBox();
  if (!box) throw new Error('no plot');
  await page.mouse.move(box.x + box.width * (1 - 1 / 60), box.y + box.height / 2);
  // Two cards with two plots each, and the host.
  await expect(tips(page)).toHaveCount(5);
  const texts = (await tips(page).allTextContents()).map(plain);
  for (const text of texts) expect(text).toMatch(/^\d\d:\d\d:\d\d · [\d./ ]+(%|GiB)$/);
  expect(new Set(texts.map((text) => text.slice(0, 8))).size, 'the same instant').toBe(1);
  // The mark stands at the sample, not at the pointer.
  const places = await page.locator('.cursor').evaluateAll((marks) =>
    marks.map((mark) => (mark as HTMLElement).style.getPropertyValue('--at')),
  );
  expect(new Set(places).size).toBe(1);
  const share = Number.parseFloat(places[0] ?? '') / 100;
  expect(Math.abs(share - (1 - 1 / 60)), 'the next sample is at most half an interval away').toBeLessThan(0.15 / 60);

  await page.getByTestId('go-live').click();
  await page.mouse.move(5, 5);
  await expect(tips(page)).toHaveCount(0);
});

test('the mark says what the sample said', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  await received(page, server, 1500);
  const plot = dashboard.card(0).utilizationLine.canvas;
  await plot.focus();
  await page.keyboard.press('ArrowLeft');
  const tip = dashboard.card(0).root.locator('.cursor:not(.nothing) .tip');
  await expect(tip.first()).toContainText(/37\s%/);
  await expect(tip.last()).toContainText(/25.0\s\/\s140.0\sGiB/);
  await expect(page.getByTestId('said')).toContainText(/37\s%/);
  const first = await tip.first().textContent();
  await page.keyboard.press('Home');
  await expect(tip.first()).not.toHaveText(first ?? '');
  await page.keyboard.press('Escape');
  await expect(tip).toHaveCount(0);
  await page.keyboard.press('ArrowLeft');
  await expect(tip).toHaveCount(2);
  await plot.blur();
  await expect(tip, 'a plot that loses the focus marks nothing').toHaveCount(0);
});

test('in a gap there is no data, before the first sample neither', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  await received(page, server, 1000);
  server.setScenario({ gpus: [{ ...steady, errors: { nvmlDeviceGetUtilizationRates: NVML.unknown } }] });
  await expect(dashboard.card(0).value('utilization')).toHaveText('—');
  await dashboard.card(0).utilizationLine.canvas.hover({ position: { x: 3, y: 9 } });
  await expect(tips(page)).toHaveCount(3);
  for (const text of await tips(page).allTextContents()) expect(text).toContain('no data');
  await dashboard.card(0).utilizationLine.canvas.focus();
  await page.mouse.move(5, 5);
  await page.keyboard.press('End');
  const tip = dashboard.card(0).root.locator('.cursor .tip');
  await expect(tip.first()).toContainText('no data');
  await expect(tip.last(), 'the other line has data').toContainText('GiB');
});

test('a finger marks an instant and leaves the mark', async ({ serve, browser }) => {
  const server = await serve({ scenario: { gpus: [busy] } });
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(server.url);
  await received(page, server, 1500);
  await page.getByTestId('spark-utilization').tap({ position: { x: 300, y: 10 } });
  await expect(tips(page)).not.toHaveCount(0);
  await page.getByTestId('gpu-identity').tap();
  await expect(tips(page)).toHaveCount(0);
  await context.close();
});

test.describe('a page that stands still', () => {
  test('keeps its values, and shows the newest when it goes on', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpus: [steady] } });
    await dashboard.open(server);
    await received(page, server, 1500);
    const card = dashboard.card(0);
    await page.keyboard.press('p');
    await expect(dashboard.link).toContainText('Paused');
    await expect(page).toHaveTitle(/^Paused · /);
    await expect(page.getByTestId('said')).toContainText('Paused at');
    await expect(page.getByTestId('time-bar')).toBeVisible();

    server.setScenario({ gpus: [{ ...steady, utilization: { gpu: 88 } }] });
    await expect.poll(async () => (await server.snapshot())?.gpus[0]?.utilization).toBe(88);
    await server.samplesFor(1000);
    await expect(card.value('utilization')).toHaveText(/37\s%/);
    const picture = await card.utilizationLine.picture();

    await page.keyboard.press('p');
    await expect(card.value('utilization')).toHaveText(/88\s%/);
    await expect(dashboard.link).toContainText('Live');
    await expect(page).not.toHaveTitle(/Paused/);
    await expect(page.getByTestId('time-bar')).toBeHidden();
    await expect.poll(() => card.utilizationLine.picture(), 'the line went on meanwhile').not.toBe(picture);
  });

  test('steps through values and processes of the instant', async ({ serve, run, dashboard, page }) => {
    const [first, second] = [run('sleep', '1000'), run('sleep', '2000')];
    const at = (gpu: number, pid: number) => ({
      gpus: [{ ...steady, utilization: { gpu }, processes: [{ pid, memoryMiB: 1024, sm: gpu }] }],
    });
    const server = await serve({ scenario: at(11, first) });
    await dashboard.open(server);
    const card = dashboard.card(0);
    await expect(card.process(first)).toBeVisible();
    await received(page, server, 2200);
    server.setScenario(at(22, second));
    await expect(card.process(second)).toBeVisible();
    await expect(card.value('utilization')).toHaveText(/22\s%/);

    await page.getByTestId('pause').click();
    await expect(page.getByTestId('instant')).toContainText('paused here');
    // Back until the first process is there again.
    await expect(async () => {
      await page.keyboard.press('ArrowLeft');
      await expect(card.process(first)).toBeVisible({ timeout: 100 });
    }).toPass();
    await expect(card.value('utilization')).toHaveText(/11\s%/);
    await expect(card.process(second)).toHaveCount(0);
    await expect(page.getByTestId('instant')).toContainText(/\ds back|\d\ss back/);
    await expect(page.getByTestId('partial')).toBeHidden();

    // The slider goes to the newest again.
    await page.getByTestId('instant-slider').focus();
    await page.keyboard.press('End');
    await expect(card.process(second)).toBeVisible();
    await expect(page.getByTestId('instant')).toContainText('paused here');
  });

  test('says where only utilization and memory are known', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpus: [steady] } });
    await server.samplesFor(4000);
    await dashboard.open(server);
    await page.getByTestId('pause').click();
    const card = dashboard.card(0);
    await page.getByTestId('instant-slider').focus();
    await page.keyboard.press('Home');
    await expect(page.getByTestId('partial')).toBeVisible();
    await expect(card.value('utilization')).toHaveText(/37\s%/);
    await expect(card.value('memory')).toHaveText(/25.0\s\/\s140.0\sGiB/);
    await expect(card.value('temperature')).toHaveText('—');
    await expect(card.value('temperature')).toHaveAttribute('title', /not kept/);
    await expect(card.value('processes-remark')).toContainText('not kept');
    await page.getByTestId('go-live').click();
    await expect(card.value('temperature')).toHaveText(/64\s°C/);
  });

  test('goes where the reader points', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpus: [busy] } });
    await server.samplesFor(6000);
    await dashboard.open(server);
    await page.getByTestId('pause').click();
    const plot = dashboard.card(0).utilizationLine.canvas;
    const box = await plot.boundingBox();
    await plot.click({ position: { x: (box?.width ?? 0) * (1 - 4 / 60), y: 9 } });
    await expect(page.getByTestId('instant')).toContainText(/[345]\ss back/);
    await page.mouse.move(5, 5);
    await expect(tips(page), 'the instant stays marked').toHaveCount(3);
  });

  test('leaves keys to fields and to shortcuts of the browser', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpus: [steady] } });
    await dashboard.open(server);
    await page.keyboard.press('Control+p');
    await expect(page.getByTestId('time-bar')).toBeHidden();
    await page.evaluate(() => document.body.append(document.createElement('input')));
    await page.locator('body > input').fill('');
    await page.keyboard.press('p');
    await expect(page.locator('body > input')).toHaveValue('p');
    await expect(page.getByTestId('time-bar')).toBeHidden();
  });

  test('fits every width', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpuCount: 8, gpus: [{ ...busy, uuid: undefined }] } });
    await server.samplesFor(2000);
    await dashboard.open(server);
    await page.getByTestId('pause').click();
    await page.getByTestId('instant-slider').focus();
    await page.keyboard.press('Home');
    for (const width of [360, 390, 768, 1440, 2560, 3840]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await dashboard.overflow(), `at ${width} px`).toBeLessThanOrEqual(0);
      const inside = await page.getByTestId('time-bar').evaluate((bar) => bar.scrollWidth <= bar.clientWidth);
      expect(inside, `the bar at ${width} px`).toBe(true);
    }
  });
});
