// The release binary on a free port, over a fake driver whose values a test sets.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import type { Scenario } from './scenario.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BINARY = process.env.GPU_OBSERVATORY_BINARY ?? join(ROOT, 'target/release/gpu-observatory');
const DRIVER = join(ROOT, 'target/debug/libfake_nvml.so');

const NO_DRIVER = `#!/bin/sh
echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
exit 9
`;

const START_MS = 15_000;
/** The server promises to be gone within three seconds of a signal. */
const STOP_MS = 8_000;

export interface Options {
  /** What the driver says; left out, there is no driver. */
  scenario?: Scenario;
  /** What the server asks for. */
  token?: string;
  /** The path under which all is served, with a slash at its end; left out, the root. */
  base?: string;
  args?: string[];
  env?: Record<string, string>;
}

/** A message of the socket, as far as the tests look into it. */
export interface Snapshot {
  timestamp: string;
  provider: string | null;
  sources?: { provider: string; reason: string; hint?: string; absent?: boolean }[];
  events?: unknown[];
  server?: { forced?: boolean };
  gpus: Record<string, unknown>[];
}

export class Server {
  #folder = mkdtempSync(join(tmpdir(), 'gpu-observatory-'));
  #options: Options;
  #child: ChildProcess | undefined;
  #port = 0;
  #log = '';

  private constructor(options: Options) {
    this.#options = options;
  }

  /** Starts a server and waits for its first sample. */
  static async start(options: Options = {}): Promise<Server> {
    for (const file of [BINARY, DRIVER]) {
      if (!existsSync(file)) throw new Error(`${file} is missing: run the tests by \`make test-browser\``);
    }
    const server = new Server(options);
    // Stands before any nvidia-smi of this machine, which could step in.
    writeFileSync(join(server.#folder, 'nvidia-smi'), NO_DRIVER, { mode: 0o755 });
    if (options.scenario) {
      copyFileSync(DRIVER, join(server.#folder, 'libnvidia-ml.so.1'));
      server.setScenario(options.scenario);
    } else {
      // In the place of any driver that this machine may have.
      writeFileSync(join(server.#folder, 'libnvidia-ml.so.1'), 'not a library\n');
    }
    try {
      await server.#run();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#options.base ?? '/'}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Everything that it wrote to standard error so far. */
  get log(): string {
    return this.#log;
  }

  /** Puts other values in force, at once and whole. */
  setScenario(scenario: Scenario): void {
    const next = join(this.#folder, 'next.json');
    writeFileSync(next, JSON.stringify(scenario));
    renameSync(next, join(this.#folder, 'scenario.json'));
  }

  /** The latest sample, or undefined while there is none. */
  async snapshot(): Promise<Snapshot | undefined> {
    const { token } = this.#options;
    const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const response = await fetch(`${this.url}api/snapshot`, { headers });
    return response.ok ? ((await response.json()) as Snapshot) : undefined;
  }

  /** Waits until the samples have moved on by this much of their own time. */
  async samplesFor(milliseconds: number): Promise<void> {
    let start: number | undefined;
    await until(async () => {
      const now = Date.parse((await this.snapshot())?.timestamp ?? '');
      start ??= now;
      return now - start >= milliseconds;
    }, milliseconds + START_MS);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it politely and checks that it went as promised. */
  async stop(): Promise<void> {
    const status = await this.#end('SIGTERM');
    if (status !== 0) throw new Error(`the server ended with ${status} after SIGTERM:\n${this.#log}`);
  }

  /** Starts it again, on the same port; it may ask for another token then. */
  async restart(token = this.#options.token): Promise<void> {
    await this.kill();
    if (token !== undefined) this.#options = { ...this.#options, token };
    await this.#run();
  }

  async dispose(): Promise<void> {
    try {
      if (this.#child) await this.stop();
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  async #run(): Promise<void> {
    const { base = '/', args = [], env = {}, token } = this.#options;
    const secret = token === undefined ? {} : { GPU_MONITOR_AUTH_TOKEN: token };
    const child = spawn(BINARY, ['--port', String(this.#port), '--base-path', base, ...args], {
      // No .env of this checkout is read, and no variable of this shell counts.
      cwd: this.#folder,
      env: {
        PATH: `${this.#folder}:${process.env.PATH}`,
        HOME: process.env.HOME,
        LD_LIBRARY_PATH: this.#folder,
        GPU_MONITOR_POLL_INTERVAL_MS: '200',
        GPU_MONITOR_LOG_FORMAT: 'text',
        ...secret,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    const line = await within(START_MS, firstLine(child), 'the server says nothing');
    const port = /^Listening on http:\/\/127\.0\.0\.1:(\d+)\/$/.exec(line)?.[1];
    if (!port) throw new Error(`the server said "${line}":\n${this.#log}`);
    this.#port = Number(port);
    await until(async () => (await this.snapshot()) !== undefined, START_MS);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill(signal);
      try {
        await within(STOP_MS, exit, `the server does not end on ${signal}:\n${this.#log}`);
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
    }
    return child.exitCode ?? child.signalCode;
  }
}

/** The first line on standard output; the end of the program is one, too. */
async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) return '';
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close'), once(child, 'error')])) as unknown[];
  return String(line ?? '');
}

/** Waits for a condition that has no event of its own. */
export async function until(condition: () => Promise<boolean>, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms in vain for: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
