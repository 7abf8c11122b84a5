// What a page costs, as Chromium itself counts it.

import { type Browser, type CDPSession, type Page, expect } from '@playwright/test';

import type { Server } from '../tests/server.ts';

/** Milliseconds from the beginning of navigation; `shift` is Chromium's layout shift score. */
export interface Arrival {
  firstPaint: number;
  largestPaint: number;
  firstUpdate: number;
  shift: number;
}

/** Per update in ms of the page's main thread; sizes in MiB; counts per second. */
export interface Running {
  seconds: number;
  updates: number;
  task: number;
  script: number;
  style: number;
  layout: number;
  frames: number;
  heap: number;
  heapAtEnd: number;
}

declare global {
  interface Window {
    arrival: { firstPaint: number; largestPaint: number; shift: number; firstUpdate: number };
  }
}

/** Runs in the page, before anything else of it. */
function watchArrival() {
  const arrival = { firstPaint: 0, largestPaint: 0, shift: 0, firstUpdate: 0 };
  window.arrival = arrival;
  const watch = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') arrival.firstPaint = entry.startTime;
  });
  watch('largest-contentful-paint', (entry) => (arrival.largestPaint = entry.startTime));
  watch('layout-shift', (entry) => (arrival.shift += (entry as PerformanceEntry & { value: number }).value));
  new MutationObserver(() => {
    const badge = document.querySelector('[data-testid=link]');
    if (!arrival.firstUpdate && badge?.textContent?.startsWith('Live')) arrival.firstUpdate = performance.now();
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

/** Opens the page with an empty cache. */
export async function open(browser: Browser, server: Server): Promise<{ page: Page; arrival: Arrival }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watchArrival);
  await page.goto(server.url);
  await expect.poll(() => page.evaluate(() => window.arrival.firstUpdate)).toBeGreaterThan(0);
  // What the browser tells of its paints comes a moment later.
  await page.waitForTimeout(2000);
  return { page, arrival: await page.evaluate(() => window.arrival) };
}

/** Watches an open page for so many seconds. */
export async function watch(page: Page, seconds: number): Promise<Running> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const heap = await heapAfterCollection(cdp);
  const frames = await tracedFrames(cdp);
  const before = await metrics(cdp);
  const updates = await countUpdates(cdp, seconds);
  const after = await metrics(cdp);
  const drawn = await frames();
  const spent = (name: string) => (1000 * ((after.get(name) ?? 0) - (before.get(name) ?? 0))) / Math.max(updates, 1);
  return {
    seconds,
    updates,
    task: spent('TaskDuration'),
    script: spent('ScriptDuration'),
    style: spent('RecalcStyleDuration'),
    layout: spent('LayoutDuration'),
    frames: drawn / seconds,
    heap,
    heapAtEnd: await heapAfterCollection(cdp),
  };
}

async function metrics(cdp: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
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

/** Counts the frames that are drawn until the function that it returns is called. */
async function tracedFrames(cdp: CDPSession): Promise<() => Promise<number>> {
  let frames = 0;
  cdp.on('Tracing.dataCollected', ({ value }) => {
    frames += value.filter((event: Record<string, unknown>) => event['name'] === 'DrawFrame').length;
  });
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline.frame', 'devtools.timeline.frame'] },
  });
  return async () => {
    const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
    await cdp.send('Tracing.end');
    await complete;
    return frames;
  };
}
