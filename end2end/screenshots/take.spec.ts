// Takes the pictures in this folder. They show the release itself, each with a full
// minute of history: simulated GPUs, and for the faults the fake driver.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from '@playwright/test';
import sharp from 'sharp';

import type { Dashboard } from '../tests/dashboard.ts';
import { expect, SERVER_GONE, test } from '../tests/fixtures.ts';
import { NVML } from '../tests/scenario.ts';
import { faults } from './faults.ts';

const FOLDER = import.meta.dirname;
const MINUTE = 61_000;
/** Samples so close that the oldest of a minute stands at its left edge. */
const env = { GPU_MONITOR_POLL_INTERVAL_MS: '500' };
/** A driver that is installed, but not loaded. */
const unloaded = { init: { error: NVML.driverNotLoaded } };

test.use({ tolerated: SERVER_GONE, colorScheme: 'dark', reducedMotion: 'reduce' });

/** Programs that do nothing, under the command lines that a picture needs. */
class Programs {
  #folder = mkdtempSync(join(tmpdir(), 'gpu-observatory-programs-'));
  #running: ReturnType<typeof spawn>[] = [];

  run = (command: string): number => {
    const [program = '', file = '', ...args] = command.split(' ');
    const path = join(this.#folder, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'setInterval(() => {}, 1e6);\n');
    const child = spawn(process.execPath, [file, ...args], { argv0: program, cwd: this.#folder, stdio: 'ignore' });
    this.#running.push(child);
    if (child.pid === undefined) throw new Error(`${command} does not start`);
    return child.pid;
  };

  end(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function take(page: Page, name: string, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.evaluate(() => document.fonts.ready);
  // The plots are drawn anew in the next frame.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const picture = await page.screenshot({ animations: 'disabled' });
  // 256 colours: a quarter of the size, and no difference to the eye.
  await sharp(picture).png({ palette: true, quality: 95, effort: 10 }).toFile(join(FOLDER, `${name}.png`));
}

/** Waits until the plot of the first GPU spans the whole minute. */
async function whole(dashboard: Dashboard, shown = dashboard.card(0)): Promise<void> {
  await expect.poll(() => shown.utilizationLine.reach()).toBeGreaterThan(0.96);
}

test('the pictures', async ({ serve, dashboard, page }) => {
  const programs = new Programs();
  try {
    const demo = (gpus: number) => serve({ args: ['--demo', '--demo-gpus', String(gpus)], env });
    const [two, eight, sixteen, none] = await Promise.all([demo(2), demo(8), demo(16), serve({ scenario: unloaded, env })]);
    const faulty = await serve({ scenario: faults(programs.run), env });
    // Side by side, so that a minute is waited for once.
    await Promise.all([two, eight, sixteen, none, faulty].map((server) => server.samplesFor(MINUTE)));

    await dashboard.open(faulty);
    await whole(dashboard);
    await expect(dashboard.card(3).value('gpu-state')).toContainText('lost');
    await expect.poll(async () => (await dashboard.card(4).utilizationLine.stretches()).length).toBe(2);
    await take(page, 'fault-and-gap', 1440, 900);

    await dashboard.open(eight);
    await whole(dashboard);
    await take(page, 'desktop-8-dark', 1440, 900);
    await page.emulateMedia({ colorScheme: 'light' });
    await take(page, 'desktop-8-light', 1440, 900);
    await page.emulateMedia({ colorScheme: 'dark' });

    await dashboard.open(sixteen);
    await page.getByRole('button', { name: 'Rows', exact: true }).click();
    await page.getByRole('button', { name: 'Rows', exact: true }).blur();
    await whole(dashboard, dashboard.row(0));
    await take(page, 'desktop-16-rows', 1440, 760);
    await page.getByRole('button', { name: 'Cards', exact: true }).click();

    await dashboard.open(none);
    await expect(dashboard.noGpu).toBeVisible();
    await take(page, 'no-gpu', 1440, 640);

    await dashboard.open(two);
    await whole(dashboard);
    await take(page, 'desktop-2-dark', 1440, 900);
    await take(page, 'mobile-dark', 390, 1100);
    await two.kill();
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect(dashboard.link).toContainText('Reconnecting in');
    await take(page, 'reconnecting', 1440, 900);
  } finally {
    programs.end();
  }
});
