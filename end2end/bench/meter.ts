// What a page costs, as Chromium itself counts it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Browser, type CDPSession, type Page, expect } from '@playwright/test';

import type { Server } from '../tests/server.ts';

/** Milliseconds from the beginning of navigation; `shift` is Chromium's layout shift score. */
export interface Arrival {
  firstPaint: number;
  /** The first GPU stood on the page when it was painted. */
  firstCard: number;
  firstUpdate: number;
  shift: number;
}

/** Per update in ms; sizes in MiB; counts per second. */
export interface Running {
  updates: number;
  /** The page's main thread: all of it, and parts. */
  task: number;
  script: number;
  style: number;
  layout: number;
  /** % of a core: all threads of the page's process, and the process that composes the picture. */
  renderer: number;
  compositor: number;
  frames: number;
  heap: number;
  growth: number;
}

/** Bytes over the wire of one cold load, by what they are. */
export type Weight = Record<'html' | 'css' | 'js' | 'wasm' | 'code' | 'fonts', number>;

declare global {
  interface Window {
    arrival: Arrival;
  }
}

/** Runs in the page, before anything else of it. */
function watchArrival() {
  const arrival = { firstPaint: 0, firstCard: 0, firstUpdate: 0, shift: 0 };
  window.arrival = arrival;
  const watch = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') arrival.firstPaint = entry.startTime;
  });
  // Of a block with this attribute it is told when its text was painted.
  watch('element', (entry) => (arrival.firstCard ||= (entry as PerformanceEntry & { renderTime: number }).renderTime));
  watch('layout-shift', (entry) => (arrival.shift += (entry as PerformanceEntry & { value: number }).value));
  new MutationObserver(() => {
    document.querySelector('[data-testid=gpu-name]')?.closest('h3, td')?.setAttribute('elementtiming', 'card');
    const badge = document.querySelector('[data-testid=link]');
    if (!arrival.firstUpdate && badge?.textContent?.startsWith('Live')) arrival.firstUpdate = performance.now();
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

/** An empty tab in a window of its own, with an empty cache. */
async function emptyTab(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  // Chromium fetches a page of its own for a new window, on the same two cores.
  await page.waitForTimeout(1500);
  await page.addInitScript(watchArrival);
  return page;
}

/** Opens the page as somebody does whose browser is open already. */
export async function open(browser: Browser, server: Server): Promise<{ page: Page; arrival: Arrival }> {
  const page = await emptyTab(browser);
  await page.goto(server.url);
  await expect.poll(() => page.evaluate(() => window.arrival.firstUpdate)).toBeGreaterThan(0);
  // What the browser tells of its paints comes a moment later.
  await page.waitForTimeout(2000);
  return { page, arrival: await page.evaluate(() => window.arrival) };
}

/** When a page with one word on it is painted: nothing on this machine is faster. */
export async function floor(browser: Browser): Promise<number> {
  const word = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>word'));
  await new Promise<void>((listening) => word.listen(0, '127.0.0.1', listening));
  const page = await emptyTab(browser);
  try {
    await page.goto(`http://127.0.0.1:${(word.address() as AddressInfo).port}/`);
    await expect.poll(() => page.evaluate(() => window.arrival.firstPaint)).toBeGreaterThan(0);
    return await page.evaluate(() => window.arrival.firstPaint);
  } finally {
    await page.context().close();
    word.close();
  }
}

/** What one cold load takes over the wire. The style sheet is within the HTML. */
export async function weigh(browser: Browser, server: Server): Promise<Weight> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const kinds = new Map<string, keyof Weight>();
  const weight: Weight = { html: 0, css: 0, js: 0, wasm: 0, code: 0, fonts: 0 };
  cdp.on('Network.responseReceived', ({ requestId, response }) => {
    const path = new URL(response.url).pathname;
    const kind = ({ css: 'css', js: 'js', wasm: 'wasm', woff2: 'fonts' } as const)[/\.(\w+)$/.exec(path)?.[1] as 'css'];
    if (response.url.startsWith('http')) kinds.set(requestId, kind ?? 'html');
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) weight[kind] += encodedDataLength;
  });
  await cdp.send('Network.enable');
  await page.goto(server.url, { waitUntil: 'networkidle' });
  await context.close();
  weight.code = weight.html + weight.css + weight.js + weight.wasm;
  return weight;
}

/** Watches an open page for so many seconds. */
export async function watch(browser: Browser, page: Page, seconds: number): Promise<Running> {
  const whole = await browser.newBrowserCDPSession();
  const cdp = await page.context().newCDPSession(page);
  // The time that the thread ran: what else this machine does does not count.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const heap = await heapAfterCollection(cdp);
  const before = await metrics(cdp);
  const processes = await processTimes(whole);
  const start = performance.now();
  const updates = await countUpdates(cdp, seconds);
  const passed = (performance.now() - start) / 1000;
  const spent = await processTimes(whole);
  const after = await metrics(cdp);
  const each = (name: string) => (1000 * ((after.get(name) ?? 0) - (before.get(name) ?? 0))) / Math.max(updates, 1);
  const share = (type: string) => (100 * ((spent.get(type) ?? 0) - (processes.get(type) ?? 0))) / passed;
  const growth = (await heapAfterCollection(cdp)) - heap;
  // Apart, because to trace costs time itself.
  const frames = await tracedFrames(cdp, Math.min(seconds, 10));
  return {
    updates,
    task: each('TaskDuration'),
    script: each('ScriptDuration'),
    style: each('RecalcStyleDuration'),
    layout: each('LayoutDuration'),
    renderer: share('renderer'),
    compositor: share('GPU'),
    frames,
    heap,
    growth,
  };
}

async function metrics(cdp: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

/** Seconds that the browser's processes ran, summed by type. */
async function processTimes(browser: CDPSession): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  for (const { type, cpuTime } of processInfo) times.set(type, (times.get(type) ?? 0) + cpuTime);
  return times;
}

/** Counts the messages of the socket while the time passes. */
async function countUpdates(cdp: CDPSession, seconds: number): Promise<number> {
  let updates = 0;
  cdp.on('Network.webSocketFrameReceived', () => updates++);
  await cdp.send('Network.enable');
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  await cdp.send('Network.disable');
  return updates;
}

/** MiB of JavaScript and of buffers, in which the client's own memory is. */
export async function heapAfterCollection(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = (await cdp.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return (usedSize + (backingStorageSize ?? 0)) / 2 ** 20;
}

/** Frames that are drawn per second. */
async function tracedFrames(cdp: CDPSession, seconds: number): Promise<number> {
  let frames = 0;
  cdp.on('Tracing.dataCollected', ({ value }) => {
    frames += value.filter((event: Record<string, unknown>) => event['name'] === 'DrawFrame').length;
  });
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline.frame', 'devtools.timeline.frame'] },
  });
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  return frames / seconds;
}
