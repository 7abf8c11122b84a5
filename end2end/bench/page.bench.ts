// How fast the page is there, and what it costs while it is open: the rows of the table in
// docs/performance.md that are about the page.
// BENCH_SECONDS is how long each page is watched (20), BENCH_RUNS how often all is measured
// (3), BENCH_SOAK_SECONDS the long run for the heap (600; 0 leaves it out).

import { test } from '@playwright/test';

import { steady } from '../tests/scenario.ts';
import { type Options, Server } from '../tests/server.ts';
import { floor, open, watch, weigh } from './meter.ts';
import { add, save } from './table.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 20);
const RUNS = Number(process.env.BENCH_RUNS ?? 3);
const SOAK_SECONDS = Number(process.env.BENCH_SOAK_SECONDS ?? 600);

const demo = (gpus: number, interval: number): Options => ({
  args: ['--demo', '--demo-gpus', String(gpus), '--ws-max-rate-hz', '30'],
  env: { GPU_MONITOR_POLL_INTERVAL_MS: String(interval) },
});

const cases: [name: string, options: Options, seconds: number, runs: number][] = [
  ['8 GPUs at 1 Hz', demo(8, 1000), SECONDS, RUNS],
  ['8 GPUs at 10 Hz', demo(8, 100), SECONDS, RUNS],
  ['64 GPUs at 1 Hz', demo(64, 1000), SECONDS, RUNS],
  ['64 GPUs at 10 Hz', demo(64, 100), SECONDS, RUNS],
  [
    '2 GPUs that rest, at 1 Hz',
    {
      scenario: { gpus: [steady, { ...steady, uuid: 'GPU-2' }] },
      env: { GPU_MONITOR_POLL_INTERVAL_MS: '1000', GPU_MONITOR_ENABLE_SYSTEM_METRICS: 'false' },
    },
    SECONDS,
    RUNS,
  ],
  ['8 GPUs at 10 Hz, long', demo(8, 100), SOAK_SECONDS, SOAK_SECONDS > 0 ? 1 : 0],
];

for (const [name, options, seconds, runs] of cases) {
  for (let run = 1; run <= runs; run++) {
    test(`${name}, ${run} of ${runs}`, async ({ browser }) => {
      const server = await Server.start(options);
      try {
        add(name, { floor: await floor(browser), ...(await weigh(browser, server)) });
        const { page, arrival } = await open(browser, server);
        // Until a minute has been seen the plots grow, and so does what holds them.
        await page.waitForTimeout(Math.min(60, seconds) * 1000);
        add(name, { ...arrival, ...(await watch(browser, page, seconds)) });
        await page.context().close();
      } finally {
        await server.dispose();
      }
    });
  }
}

test.afterAll(save);
