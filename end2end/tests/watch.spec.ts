// "Tell me when": a GPU is free, a process ended.

import type { Page } from '@playwright/test';

import { alter } from './altered.ts';
import { expect, test } from './fixtures.ts';
import { asked, click, record, setHidden, shown, without } from './notifications.ts';
import { type GpuSpec, steady } from './scenario.ts';
import type { Snapshot } from './server.ts';

const UUID = 'GPU-11111111-2222-3333-4444-555555555555';
const idle: GpuSpec = { ...steady, utilization: { gpu: 0 }, processes: [] };
const held = (pid: number): GpuSpec => ({ ...steady, processes: [{ pid, memoryMiB: 1024, sm: 9 }] });

const hitch = (page: Page) => page.getByTestId('watching').getByTestId('hitch');
const tiding = (page: Page) => page.getByTestId('tiding');
const bell = (page: Page) => page.getByRole('button', { name: 'Tell me when GPU 0 is free for 2 minutes' });

/** Lets the samples' own time go by faster, from the first sample on. */
async function hurry(page: Page, times: number): Promise<void> {
  let start = 0;
  const faster = (millis: number) => start + Math.max(0, millis - start) * times;
  const later = (text: string) => new Date(faster(Date.parse(text))).toISOString();
  await alter(page, (snapshot) => {
    start ||= Date.parse(snapshot.timestamp);
    const message = snapshot as Snapshot & { continuousSince: string; history?: unknown };
    message.timestamp = later(message.timestamp);
    message.continuousSince = later(message.continuousSince);
    for (const gpu of message.gpus) if (gpu.freeSince) gpu.freeSince = later(String(gpu.freeSince));
    delete message.history;
  });
}

test('the end of a process is told by the browser, once', async ({ serve, run, dashboard, page }) => {
  await record(page, 'granted');
  const pid = run('sleep', '3001');
  const server = await serve({ scenario: { gpus: [held(pid)] } });
  await dashboard.open(server);
  const row = dashboard.card(0).process(pid);
  const button = row.getByRole('button', { name: `Tell me when PID ${pid} (sleep 3001) ended` });
  await row.hover();
  expect(await asked(page), 'nobody asks before the reader does').toBe(0);
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  expect(await asked(page)).toBe(1);
  const waits = `You will be told, while this page is open, when PID ${pid} (sleep 3001) ended.`;
  await expect(page.getByTestId('watched')).toHaveText(waits);
  await expect(page.getByTestId('announcer')).toHaveText(waits);
  await expect(page.getByTestId('hitch')).toHaveCount(0);

  server.setScenario({ gpus: [idle] });
  const words = `PID ${pid} (sleep 3001) on GPU 0 ended.`;
  await expect(tiding(page)).toHaveText(words);
  await expect(page.getByTestId('announcer')).toContainText(words);
  await expect.poll(() => shown(page)).toMatchObject([{ title: `PID ${pid} ended` }]);
  const [first] = await shown(page);
  expect(first?.body).toContain(words);
  expect(first?.tag).toContain(`PID ${pid} ended`);
  await click(page);
  await expect(page.getByTestId('details')).toBeVisible();
  await expect(page).toHaveURL((url) => url.hash === '#gpu-0');
  await page.keyboard.press('Escape');

  server.setScenario({ gpus: [held(pid)] });
  await expect(row).toBeVisible();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  server.setScenario({ gpus: [idle] });
  await expect(row).toHaveCount(0);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByTestId('watching')).toBeHidden();
  expect(await shown(page)).toHaveLength(1);
});

test.describe('with the browser\'s own notifications', () => {
  test.use({ permissions: ['notifications'] });

  test('the page can show one', async ({ serve, run, dashboard, page }) => {
    const pid = run('sleep', '3007');
    const server = await serve({ scenario: { gpus: [held(pid)] } });
    await dashboard.open(server);
    await dashboard.card(0).process(pid).hover();
    await dashboard.card(0).process(pid).getByTestId('process-bell').click();
    server.setScenario({ gpus: [idle] });
    await expect(tiding(page)).toContainText(`PID ${pid}`);
    await expect(hitch(page)).toHaveCount(0);
  });
});

test('where notifications are blocked, page and tab tell it', async ({ serve, run, dashboard, page }) => {
  await record(page, 'denied');
  const pid = run('sleep', '3002');
  const server = await serve({ scenario: { gpus: [held(pid)] } });
  await dashboard.open(server);
  await dashboard.card(0).process(pid).hover();
  await dashboard.card(0).process(pid).getByTestId('process-bell').click();
  await expect(hitch(page)).toContainText('allow them in the browser');

  await setHidden(page, true);
  server.setScenario({ gpus: [idle] });
  await expect(page).toHaveTitle(new RegExp(`^PID ${pid} ended · .*GPU Observatory`));
  expect(await shown(page)).toEqual([]);
  await setHidden(page, false);
  await expect(page).not.toHaveTitle(/ended/);
  await expect(tiding(page)).toBeVisible();
});

test('where there are no notifications, it says so', async ({ serve, dashboard, page }) => {
  await without(page);
  await dashboard.open(await serve({ scenario: { gpus: [steady] } }));
  await bell(page).click();
  await expect(bell(page)).toHaveAttribute('aria-pressed', 'true');
  await expect(hitch(page)).toContainText('https or on localhost');
  await page.getByRole('button', { name: 'Stop watching' }).click();
  await expect(bell(page)).toHaveAttribute('aria-pressed', 'false');
  await expect(page.getByTestId('announcer')).toHaveText('Nothing is watched.');
});

test('a GPU is free after two minutes of its own time, and then at once', async ({ serve, run, dashboard, page }) => {
  await record(page, 'granted');
  await hurry(page, 100);
  const pid = run('sleep', '3003');
  const server = await serve({ scenario: { gpus: [{ ...held(pid), utilization: { gpu: 0 } }] } });
  await dashboard.open(server);
  await bell(page).click();
  await server.samplesFor(2000);
  await expect(dashboard.card(0).process(pid)).toBeVisible();
  await expect(tiding(page), 'idle, but held').toHaveCount(0);

  server.setScenario({ gpus: [idle] });
  await expect(tiding(page)).toHaveText('GPU 0 is free: nobody has computed on it for 2 minutes.');
  await expect.poll(() => shown(page)).toMatchObject([{ title: 'GPU 0 is free' }]);
  await expect(bell(page)).toHaveAttribute('aria-pressed', 'false');

  // From the rows by the details, and it needs no wait.
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('button', { name: 'Rows', exact: true }).click();
  await dashboard.row(0).root.focus();
  await page.evaluate(() => (location.hash = '#gpu-0'));
  await expect(page.getByTestId('details').getByRole('button', { name: 'Close' })).toBeFocused();
  await bell(page).click();
  await expect.poll(() => shown(page)).toHaveLength(2);
});

test('a page that stands still looks out as well', async ({ serve, run, dashboard, page }) => {
  await record(page, 'granted');
  const pid = run('sleep', '3004');
  const server = await serve({ scenario: { gpus: [held(pid)] } });
  await page.goto(`${server.url}#gpu-0`);
  await dashboard.live();
  // The details have the processes, too.
  const row = page.getByTestId('details').locator(`[data-pid="${pid}"]`);
  await row.hover();
  await row.getByTestId('process-bell').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('p');
  server.setScenario({ gpus: [idle] });
  await expect(tiding(page)).toContainText(`PID ${pid}`);
  await expect(dashboard.card(0).process(pid), 'as it was').toBeVisible();
});

test('a lost GPU ends no process, and what cannot be told says why', async ({ serve, run, dashboard, page }) => {
  await record(page, 'granted');
  const pid = run('sleep', '3005');
  const server = await serve({ scenario: { gpus: [held(pid)] } });
  await dashboard.open(server);
  await dashboard.card(0).process(pid).hover();
  await dashboard.card(0).process(pid).getByTestId('process-bell').click();
  await expect(bell(page)).not.toHaveAttribute('title', /cannot/);
  server.setScenario({ gpus: [{ ...held(pid), lostAt: 0 }] });
  await expect(page.getByTestId('watched')).toContainText('(cannot be told now: the device does not answer)');
  await expect(bell(page)).toHaveAttribute('title', /It cannot be told now: the device does not answer$/);
  await server.samplesFor(1000);
  await expect(tiding(page)).toHaveCount(0);
  server.setScenario({ gpus: [idle] });
  await expect(tiding(page)).toContainText(`PID ${pid}`, { timeout: 30_000 });
});

test('the server says since when a GPU has been free', async ({ serve, run }) => {
  const pid = run('sleep', '3006');
  const server = await serve({ scenario: { gpus: [held(pid)] } });
  const free = async () => (await server.snapshot())?.gpus[0]?.freeSince;
  expect(await free()).toBeUndefined();
  server.setScenario({ gpus: [idle] });
  await expect.poll(free).toBeDefined();
  const since = await free();
  await server.samplesFor(600);
  expect(await free()).toBe(since);
});

test('what is watched stays in the page', async ({ serve, dashboard, page }) => {
  await record(page, 'granted');
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  page.on('websocket', (socket) => socket.on('framesent', (frame) => sent.push(String(frame.payload))));
  await bell(page).click();
  await expect(page.getByTestId('watched')).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(UUID);
  expect(sent).toEqual([]);
  await page.reload();
  await dashboard.live();
  await expect(bell(page)).toHaveAttribute('aria-pressed', 'false');
});
