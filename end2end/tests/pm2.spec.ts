// Under the real PM2 with the configuration that we ship. There is no page in it.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { expect, test as base } from '@playwright/test';

import { freePorts } from './ports.ts';
import { until } from './server.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PM2 = resolve(import.meta.dirname, '../node_modules/pm2/bin/pm2');
const CONFIG = join(ROOT, 'deploy/pm2/ecosystem.config.cjs');
const PATIENCE_MS = 30_000;

/** What PM2 says of a program, as far as the tests look into it. */
interface Entry {
  pid: number;
  pm2_env: { status: string; restart_time: number; pm_out_log_path: string; pm_err_log_path: string };
}

/** A PM2 of its own, whose programs find nothing of the machine that runs the tests. */
class Pm2 {
  #home = mkdtempSync(join(tmpdir(), 'gpu-observatory-pm2-'));
  #env: Record<string, string>;

  constructor(port: number, settings: Record<string, string>) {
    this.#env = {
      PATH: process.env.PATH ?? '',
      HOME: this.#home,
      PM2_HOME: this.#home,
      // It asks nobody on the net about itself.
      PM2_DISCRETE_MODE: 'true',
      PM2_DISABLE_VERSION_CHECK: 'true',
      GPU_OBSERVATORY_BINARY: join(ROOT, 'target/release/gpu-observatory'),
      GPU_MONITOR_PORT: String(port),
      ...settings,
    };
  }

  async run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [PM2, ...args], {
      cwd: this.#home,
      env: this.#env,
      timeout: PATIENCE_MS,
    });
    return stdout;
  }

  /** Our program, of which there is one. */
  async entry(): Promise<Entry> {
    const entries = JSON.parse(await this.run('jlist', '--silent')) as Entry[];
    expect(entries).toHaveLength(1);
    return entries[0] as Entry;
  }

  async dispose(): Promise<void> {
    await this.run('kill', '--silent');
    rmSync(this.#home, { recursive: true, force: true });
  }
}

const test = base.extend<{ pm2: (port: number, settings: Record<string, string>) => Pm2 }>({
  pm2: async ({}, use) => {
    const running: Pm2[] = [];
    await use((port, settings) => {
      const pm2 = new Pm2(port, settings);
      running.push(pm2);
      return pm2;
    });
    for (const pm2 of running) await pm2.dispose();
  },
});

async function healthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/health`)).ok;
  } catch {
    return false;
  }
}

test('PM2 keeps it running', async ({ pm2: start }) => {
  const [port = 0] = await freePorts(1);
  const pm2 = start(port, { GPU_MONITOR_TELEMETRY_PROVIDER: 'demo' });
  await pm2.run('start', CONFIG, '--silent');
  await until(() => healthy(port), PATIENCE_MS);
  const first = await pm2.entry();
  expect(readFileSync(first.pm2_env.pm_out_log_path, 'utf8')).toBe(`Listening on http://127.0.0.1:${port}/\n`);

  process.kill(first.pid, 'SIGKILL');
  await until(async () => (await pm2.entry()).pm2_env.restart_time === 1, PATIENCE_MS);
  await until(() => healthy(port), PATIENCE_MS);
  const second = await pm2.entry();
  expect(second.pid).not.toBe(first.pid);
  expect(second.pm2_env.status).toBe('online');

  await pm2.run('stop', 'gpu-observatory', '--silent');
  expect((await pm2.entry()).pm2_env.status).toBe('stopped');
  const log = readFileSync(second.pm2_env.pm_err_log_path, 'utf8').trim().split('\n');
  const lines = log.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(lines.at(-1), 'it went by itself').toBe('SIGINT: shutting down');
});

test('PM2 does not start a mistake again and again', async ({ pm2: start }) => {
  const [port = 0] = await freePorts(1);
  const pm2 = start(port, { GPU_MONITOR_POLL_INTERVAL_MS: '1' });
  await pm2.run('start', CONFIG, '--silent');
  await until(async () => (await pm2.entry()).pm2_env.status !== 'online', PATIENCE_MS);
  // Whatever it calls that: only what it leaves alone has no process and no restart.
  const { pid, pm2_env } = await pm2.entry();
  expect({ pid, restarts: pm2_env.restart_time }).toEqual({ pid: 0, restarts: 0 });
  expect(readFileSync(pm2_env.pm_err_log_path, 'utf8')).toContain('GPU_MONITOR_POLL_INTERVAL_MS is "1": must be');
});
