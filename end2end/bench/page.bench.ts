// How fast the page is there, and what it costs while it is open.
// BENCH_SECONDS is how long each page is watched (30), BENCH_SOAK_SECONDS the long one (600).

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { test } from '@playwright/test';

import { type Options, Server } from '../tests/server.ts';
import { steady } from '../tests/scenario.ts';
import { type Arrival, type Running, open, watch } from './meter.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const SOAK_SECONDS = Number(process.env.BENCH_SOAK_SECONDS ?? 600);
const RESULTS = join(import.meta.dirname, '../bench-results');

interface Case {
  name: string;
  options: Options;
  seconds: number;
}

const demo = (gpus: number, interval: number): Options => ({
  args: ['--demo', '--demo-gpus', String(gpus), '--ws-max-rate-hz', '30'],
  env: { GPU_MONITOR_POLL_INTERVAL_MS: String(interval) },
});

const cases: Case[] = [
  { name: '8 GPUs at 1 Hz', options: demo(8, 1000), seconds: SECONDS },
  { name: '8 GPUs at 10 Hz', options: demo(8, 100), seconds: SECONDS },
  { name: '64 GPUs at 1 Hz', options: demo(64, 1000), seconds: SECONDS },
  { name: '64 GPUs at 10 Hz', options: demo(64, 100), seconds: SECONDS },
  {
    name: '2 GPUs that rest, at 1 Hz',
    options: {
      scenario: { gpus: [steady, { ...steady, uuid: 'GPU-2' }] },
      env: { GPU_MONITOR_POLL_INTERVAL_MS: '1000', GPU_MONITOR_ENABLE_SYSTEM_METRICS: 'false' },
    },
    seconds: SECONDS,
  },
  { name: '8 GPUs at 10 Hz, long', options: demo(8, 100), seconds: SOAK_SECONDS },
];

const results: Record<string, Arrival & Running> = {};

for (const { name, options, seconds } of cases) {
  test(name, async ({ browser }) => {
    const server = await Server.start(options);
    try {
      const { page, arrival } = await open(browser, server);
      // Until a minute has been seen the plots grow, and so does what holds them.
      await page.waitForTimeout(Math.min(60, seconds) * 1000);
      const running = await watch(page, seconds);
      results[name] = { ...arrival, ...running };
      await page.context().close();
    } finally {
      await server.dispose();
    }
  });
}

test.afterAll(() => {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'page.json'), JSON.stringify(results, null, 2));
  const round = (value: number) => Math.round(10 * value) / 10;
  console.table(
    Object.fromEntries(
      Object.entries(results).map(([name, r]) => [
        name,
        Object.fromEntries(Object.entries(r).map(([key, value]) => [key, key === 'shift' ? value : round(value)])),
      ]),
    ),
  );
});
