// What the reader chooses: theme, view, order, filter; and that the browser remembers it.

import type { Page } from '@playwright/test';

import { alter } from './altered.ts';
import { expect, test } from './fixtures.ts';
import { busy, steady } from './scenario.ts';

const KEPT = 'gpu-observatory.1';
const kept = (page: Page) => page.evaluate((key) => localStorage.getItem(key), KEPT);
const ground = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

const DARK = 'rgb(10, 14, 26)';
const LIGHT = 'rgb(244, 246, 255)';

test.describe('theme', () => {
  test.use({ colorScheme: 'dark' });

  test('follows the system until the reader picks one, and back', async ({ serve, dashboard, page }) => {
    await dashboard.open(await serve({ scenario: { gpus: [busy] } }));
    const button = page.getByTestId('theme');
    expect(await ground(page)).toBe(DARK);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => ground(page)).toBe(LIGHT);
    await expect(button).toHaveAccessibleName('Theme: system');

    await button.click();
    await expect(button).toHaveAccessibleName('Theme: dark');
    expect(await ground(page)).toBe(DARK);
    await expect(page.locator('meta[media*=light]')).toHaveAttribute('content', '#0a0e1a');
    await page.keyboard.press('t');
    await expect(button).toHaveAccessibleName('Theme: light');
    expect(await ground(page)).toBe(LIGHT);
    await page.keyboard.press('t');
    await expect(button).toHaveAccessibleName('Theme: system');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => ground(page)).toBe(DARK);
  });

  test('is remembered, and in force before anything is painted', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: { gpus: [steady] } });
    await dashboard.open(server);
    await page.keyboard.press('t');
    await expect.poll(() => kept(page)).toContain('theme=light');
    // The client never comes: what stands there is the work of the first script and the style sheet.
    const body = 'export default () => new Promise(() => {}); export function hydrate() {}';
    await page.route('**/pkg/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
    await page.goto(server.url);
    expect(await ground(page)).toBe(LIGHT);
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  });

  test('the plots are drawn in its colours', async ({ serve, dashboard, page }) => {
    // A server that samples once: nothing but the theme makes the plots new.
    await dashboard.open(await serve({ scenario: { gpus: [steady] }, env: { GPU_MONITOR_POLL_INTERVAL_MS: '60000' } }));
    const line = dashboard.card(0).utilizationLine;
    await expect.poll(() => line.stretches()).not.toEqual([]);
    const dark = await line.picture();
    await page.keyboard.press('t');
    await expect.poll(() => line.picture()).not.toBe(dark);
  });
});

test('no script stands in the page itself but those that can carry a nonce', async ({ serve, page }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  const html = await (await page.request.get(server.url)).text();
  const head = html.slice(0, html.indexOf('</head>'));
  const blocks = [...head.matchAll(/<(script|style)([^>]*)>/g)];
  expect(blocks.map(([, name]) => name), 'the preferences come before the style').toEqual(['script', 'style', 'script']);
  for (const [block] of blocks) expect(block).toMatch(/ nonce="[\w+/=-]{16,}"/);
  expect(head, 'nothing else stands between the page and its first paint').not.toMatch(/stylesheet|<script[^>]* src=/);
});

test('what is damaged is ignored', async ({ serve, dashboard, page }) => {
  await page.addInitScript((key) => localStorage.setItem(key, 'theme=purple view=3d sort=-reversed x=\u0000'), KEPT);
  await dashboard.open(await serve({ scenario: { gpus: [steady] } }));
  await expect(page.getByTestId('theme')).toHaveAccessibleName('Theme: system');
  await expect(dashboard.cards).toHaveCount(1);
});

test('a browser that keeps nothing shows the page all the same', async ({ serve, dashboard, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('no', 'SecurityError'); } });
  });
  await dashboard.open(await serve({ scenario: { gpus: [steady] } }));
  await page.keyboard.press('v');
  await expect(dashboard.row(0).root).toBeVisible();
});

for (const [gpus, rows] of [[16, false], [17, true]] as const) {
  test(`${gpus} GPUs are ${rows ? 'rows' : 'cards'} until the reader chooses`, async ({ serve, dashboard, page }) => {
    const server = await serve({ args: ['--demo', '--demo-gpus', String(gpus)] });
    const [here, there] = rows ? [dashboard.rows, dashboard.cards] : [dashboard.cards, dashboard.rows];
    // As the server draws it.
    const html = await (await page.request.get(server.url)).text();
    expect(html.includes('data-testid="gpu-row"')).toBe(rows);
    await dashboard.open(server);
    await expect(here).toHaveCount(gpus);
    await expect(there).toHaveCount(0);
    await page.getByRole('button', { name: rows ? 'Cards' : 'Rows', exact: true }).click();
    await expect(there).toHaveCount(gpus);
    await expect(here).toHaveCount(0);
    await page.reload();
    await dashboard.live();
    await expect(there).toHaveCount(gpus);
    await page.keyboard.press('v');
    await expect(here).toHaveCount(gpus);
  });
}

test('a row says what a card says', async ({ serve, run, dashboard, page }) => {
  const pid = run('sleep', '1004');
  const gpu = { ...steady, processes: [{ pid, memoryMiB: 17_408, sm: 31 }] };
  const server = await serve({ scenario: { gpus: [gpu, { ...busy, uuid: 'GPU-2' }] } });
  await dashboard.open(server);
  await page.keyboard.press('v');
  const row = dashboard.row(0);
  await expect(row.value('gpu-name')).toHaveText('NVIDIA H200');
  await expect(row.value('utilization')).toHaveText('37 %');
  await expect(row.value('memory')).toHaveText('25.0 / 140.0 GiB');
  await expect(row.value('temperature')).toHaveText('64 °C');
  await expect(row.value('power')).toHaveText('312/700 W');
  await expect(row.value('gpu-users')).toContainText(/ 1 +sleep 1004/);
  await expect(row.value('ledger').locator('rect')).toHaveCount(2);
  const line = dashboard.row(1).utilizationLine;
  const before = await line.picture();
  await expect.poll(() => line.picture()).not.toBe(before);

  server.setScenario({ gpus: [{ ...gpu, lostAt: 0 }, { ...busy, uuid: 'GPU-2' }] });
  await expect(row.value('gpu-state')).toContainText(/^▲ lost since \d\d:\d\d:\d\d · /);
  await expect(row.value('utilization')).toHaveText('—');
});

test('an update of 64 rows touches texts and nothing else', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve({ args: ['--demo', '--demo-gpus', '64'] }));
  await expect(dashboard.rows).toHaveCount(64);
  const touched = await page.evaluate(
    () =>
      new Promise<Record<string, number>>((resolve) => {
        const seen: Record<string, number> = {};
        const watch = new MutationObserver((records) => {
          for (const { type, addedNodes } of records) {
            const what = type === 'childList' ? [...addedNodes].map((node) => node.nodeName).join() : type;
            seen[what] = (seen[what] ?? 0) + 1;
          }
          if ((seen.characterData ?? 0) > 300) {
            watch.disconnect();
            resolve(seen);
          }
        });
        const table = document.querySelector('.rows tbody');
        if (table) watch.observe(table, { subtree: true, childList: true, characterData: true });
      }),
  );
  // Bars are written anew where they change; rows, cells and plots stay what they are.
  expect(Object.keys(touched).filter((what) => /TR|TD|TH|CANVAS|SPAN/.test(what))).toEqual([]);
});

const PROCESSES = [
  { pid: 11, name: 'train', command: 'python train.py', user: 'alice', usedMemoryMiB: 9000, smUtilization: 10 },
  { pid: 12, name: 'vllm', command: 'vllm serve', user: 'bob', usedMemoryMiB: 700, smUtilization: 80, container: 'web-1' },
  { pid: 13, name: 'Xorg', command: null, user: 'root', usedMemoryMiB: 600, smUtilization: null },
  { pid: 14, name: 'a', command: 'a', user: 'carol', usedMemoryMiB: 500, smUtilization: 5 },
  { pid: 15, name: 'b', command: 'b', user: 'carol', usedMemoryMiB: 400, smUtilization: 6 },
  { pid: 16, name: 'c', command: 'c', user: 'dave', usedMemoryMiB: 300, smUtilization: 7 },
];

/** Two GPUs; the first runs all of these, the second one more of alice. */
async function crowded(page: Page) {
  await alter(page, (snapshot) => {
    const [first, second] = snapshot.gpus;
    if (first) first.processes = PROCESSES;
    if (second) second.processes = [{ ...PROCESSES[0], pid: 99 }];
  });
  return { scenario: { gpuCount: 2, gpus: [{ ...steady, uuid: undefined }] } };
}

test('tables are sorted by a click on a head, all of them, and it is remembered', async ({ serve, dashboard, page }) => {
  const server = await serve(await crowded(page));
  await dashboard.open(server);
  const card = dashboard.card(0);
  const pids = () => card.processes.evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.pid)));
  const head = (name: string, index = 0) => dashboard.card(index).root.getByRole('columnheader', { name });
  await expect(card.process(99)).toHaveCount(0);
  await expect.poll(pids).toEqual([11, 12, 13, 14]);
  await expect(head('Memory')).toHaveAttribute('aria-sort', 'descending');

  await head('SM').getByRole('button').click();
  await expect.poll(pids).toEqual([12, 11, 16, 15]);
  await expect(head('SM', 1)).toHaveAttribute('aria-sort', 'descending');
  await expect(head('Memory')).toHaveAttribute('aria-sort', 'none');
  await head('SM').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect.poll(pids, 'the unknown stays last').toEqual([14, 15, 16, 11]);
  await head('User', 1).getByRole('button').click();
  await expect.poll(pids).toEqual([11, 12, 14, 15]);
  await expect(head('User')).toHaveAttribute('aria-sort', 'ascending');

  await page.reload();
  await dashboard.live();
  await expect(head('User')).toHaveAttribute('aria-sort', 'ascending');
});

test('the rest of a table comes when asked for, and stays', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve(await crowded(page)));
  const card = dashboard.card(0);
  const more = card.value('more-processes');
  await expect(more).toHaveText('+2 more');
  await expect(more).toHaveAttribute('aria-expanded', 'false');
  await expect(card.process(16)).toHaveCount(0);
  await more.click();
  await expect(more).toHaveAttribute('aria-expanded', 'true');
  await expect(card.process(16)).toBeVisible();
  await page.keyboard.press('v');
  await page.keyboard.press('v');
  await expect(card.process(16), 'also after another view').toBeVisible();
  await more.click();
  await expect(card.process(16)).toHaveCount(0);
  await expect(dashboard.card(1).value('more-processes')).toBeHidden();
});

test('the filter finds processes by all that is known of them', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve(await crowded(page)));
  const [first, second] = [dashboard.card(0), dashboard.card(1)];
  const note = page.getByTestId('filter-note');
  await expect(note).toBeHidden();
  await expect(first.processes).toHaveCount(4);
  await page.keyboard.press('/');
  const field = page.getByTestId('filter');
  await expect(field).toBeFocused();
  await page.keyboard.type('ALICE');
  await expect(note).toHaveText('2 of 2 GPUs run what matches “ALICE”.');
  await expect(first.processes).toHaveCount(1);

  for (const [words, pid] of [['web-1', 12], ['13', 13], ['serve bob', 12], ['Xorg', 13]] as const) {
    await field.fill(words);
    await expect(first.process(pid)).toBeVisible();
    await expect(first.processes).toHaveCount(1);
    await expect(second.root, words).toBeHidden();
    await expect(note).toHaveText(`1 of 2 GPUs run what matches “${words}”; 1 hidden.`);
  }
  await page.getByRole('button', { name: 'Rows', exact: true }).click();
  await expect(dashboard.row(0).value('gpu-users')).toContainText('root 1');
  await expect(dashboard.row(1).root).toBeHidden();
  await expect(note).toHaveText(/1 of 2/);

  await field.fill('nobody');
  await expect(note).toHaveText('No process matches “nobody”: 2 GPUs hidden.');
  await field.press('Escape');
  await expect(field).toHaveValue('');
  await expect(note).toBeHidden();
  await expect(dashboard.row(1).root).toBeVisible();

  await field.fill('bob');
  await page.reload();
  await dashboard.live();
  await expect(field, 'remembered').toHaveValue('bob');
  await expect(note).toHaveText(/1 of 2/);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(field).toHaveValue('');
  await expect(dashboard.rows).toHaveCount(2);
});

test('nothing of it leaves the browser', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')));
  page.on('websocket', (socket) => socket.on('framesent', (frame) => sent.push(String(frame.payload))));
  await page.getByTestId('filter').fill('secret');
  await page.getByTestId('theme').click();
  await page.reload();
  await dashboard.live();
  expect(sent.filter((text) => /secret|theme=|sort=/.test(text))).toEqual([]);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('all processes are there, and no control that would do nothing', async ({ serve, run, page }) => {
    const pids = Array.from({ length: 6 }, (_, n) => run('sleep', String(2000 + n)));
    const processes = pids.map((pid) => ({ pid, memoryMiB: 1024 }));
    const server = await serve({ scenario: { gpus: [{ ...steady, processes }] } });
    await page.goto(server.url);
    await expect(page.getByTestId('process-row')).toHaveCount(6);
    for (const pid of pids) await expect(page.locator(`[data-pid="${pid}"]`)).toBeVisible();
    await expect(page.getByTestId('more-processes')).toBeHidden();
    await expect(page.getByTestId('filter')).toBeHidden();
  });
});
