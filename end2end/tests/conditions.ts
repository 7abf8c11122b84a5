// The states that the page can be in, for tests that look at each of them.

import { expect, type Page } from '@playwright/test';

import { alter } from './altered.ts';
import { Dashboard } from './dashboard.ts';
import { type GpuSpec, steady } from './scenario.ts';
import type { Options, Server, Snapshot } from './server.ts';

export interface Condition {
  name: string;
  options?: Options;
  /** What is done before the page is opened. */
  before?: (page: Page) => Promise<void>;
  /** What is done to the page when it lives, or without `before` to a page that never does. */
  then?: (page: Page, server: Server, dashboard: Dashboard) => Promise<unknown>;
  /** The client does not start. */
  asleep?: boolean;
}

/** Once a second: what looks at the page has the processor for itself in between. */
const env = { GPU_MONITOR_POLL_INTERVAL_MS: '1000' };
const demo = (...args: string[]): Options => ({ args: ['--demo', ...args], env });
const scene = (name: string) => demo('--demo-scenario', name);
const press = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
const rows = press('Rows');

const pair = (second: Partial<GpuSpec>): Options['scenario'] => ({
  gpus: [steady, { ...steady, uuid: 'GPU-second', ...second }],
});

/** Takes the second GPU off the bus and waits until the page says so. */
async function lose(page: Page, server: Server): Promise<void> {
  server.setScenario(pair({ lostAt: 0 }) ?? {});
  await expect(page.getByTestId('gpu-state').nth(1)).toContainText('lost');
}

const changed = (change: (snapshot: Snapshot) => void) => (page: Page) => alter(page, change);

const ago = (snapshot: Snapshot, seconds: number) =>
  new Date(Date.parse(snapshot.timestamp) - 1000 * seconds).toISOString();

/** Many events, a source that failed, and one that stands in. */
function troubled(snapshot: Snapshot): void {
  const gpu = steady.uuid;
  snapshot.provider = 'nvidia_smi';
  const reason = 'The NVIDIA driver and its library have different versions';
  snapshot.sources = [{ provider: 'nvml', reason, hint: 'Reboot, or run `modprobe nvidia`.' }];
  snapshot.events = [
    ...Array.from({ length: 12 }, (_, n) => ({ time: ago(snapshot, 90), kind: 'source', text: `Reading again through NVML, ${n}.` })),
    { time: ago(snapshot, 30), kind: 'xid', xid: 79, gpu, text: 'XID 79 (GPU has fallen off the bus): reset the GPU or reboot the machine' },
  ];
}

function hidden(snapshot: Snapshot): void {
  const unavailable = { name: 'needsHostPid', command: 'needsHostPid', user: 'needsHostPid' };
  const known = { pid: 8, name: 'vllm', command: 'vllm serve', user: 'ann', usedMemoryMiB: 512, container: 'web-1' };
  for (const gpu of snapshot.gpus) gpu.processes = [{ pid: 7, name: null, usedMemoryMiB: 1024, unavailable }, known];
}

export const CONDITIONS: Condition[] = [
  ...['work', 'throttle', 'mig', 'asleep', 'faulty'].map((name) => ({ name: `the scene ${name}`, options: scene(name) })),
  { name: 'two GPUs', options: demo('--demo-gpus', '2') },
  { name: 'four GPUs', options: demo('--demo-gpus', '4') },
  { name: 'rows of 64 GPUs', options: demo('--demo-gpus', '64') },
  { name: 'rows of faulty GPUs', options: scene('faulty'), then: rows },
  { name: 'a lost GPU', options: { scenario: pair({}) }, then: lose },
  { name: 'a lost GPU in rows', options: { scenario: pair({}) }, then: async (page, server) => (await rows(page), lose(page, server)) },
  { name: 'a filter', options: demo(), then: (page) => page.getByTestId('filter').fill('vllm') },
  {
    name: 'folded cards and watches',
    options: demo(),
    then: async (page) => {
      for (const index of [0, 5]) await page.getByTestId('fold').nth(index).click();
      await page.getByTestId('bell').nth(1).click();
      await expect(page.getByTestId('watching')).toBeVisible();
    },
  },
  { name: 'hidden processes', options: { scenario: pair({}) }, before: changed(hidden) },
  { name: 'processes hidden by the operator', options: demo('--process-details', 'none') },
  { name: 'events and a stand-in', options: { scenario: pair({}) }, before: changed(troubled), then: (page) => page.getByTestId('more-events').locator('summary').click() },
  { name: 'no GPU' },
  { name: 'the help', options: demo(), then: (page) => page.keyboard.press('?') },
  { name: 'details of a MIG GPU', options: scene('mig'), then: (_, __, dashboard) => dashboard.card(0).root.getByRole('link').click() },
  {
    name: 'paused and looked back',
    options: demo(),
    then: async (page, server) => {
      await server.samplesFor(2000);
      await page.getByTestId('pause').click();
      await page.getByTestId('instant-slider').focus();
      await page.keyboard.press('Home');
      await expect(page.getByTestId('instant')).toContainText('back');
    },
  },
  {
    name: 'connecting',
    options: demo(),
    asleep: true,
    before: async (page) => {
      // Fetches what is preloaded, else the browser complains, and then does nothing.
      const wasm = "fetch(new URL('gpu-observatory.wasm', import.meta.url)).then((it) => it.arrayBuffer())";
      const body = `export default () => ${wasm}.then(() => new Promise(() => {})); export function hydrate() {}`;
      await page.route('**/pkg/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
    },
  },
  {
    name: 'stale',
    options: { scenario: pair({}) },
    then: async (_, server, dashboard) => {
      server.setScenario(pair({ delaysMs: { nvmlDeviceGetUtilizationRates: 600_000 } }) ?? {});
      await expect(dashboard.staleBanner).toBeVisible({ timeout: 20_000 });
    },
  },
  {
    name: 'the server gone',
    options: demo(),
    then: async (_, server, dashboard) => {
      await server.kill();
      await expect(dashboard.lostBanner).toBeVisible();
    },
  },
];

/** Brings the page into this state. */
export async function reach(condition: Condition, page: Page, server: Server): Promise<Dashboard> {
  const dashboard = new Dashboard(page);
  await condition.before?.(page);
  if (condition.asleep) {
    await page.goto(server.url);
    await expect(dashboard.link).toContainText('Connecting');
  } else {
    await dashboard.open(server);
  }
  await condition.then?.(page, server, dashboard);
  return dashboard;
}
