// What each test starts from: servers that end with it, real processes, and a page
// that may not say a word on the console.

import { type ChildProcess, spawn } from 'node:child_process';

import { expect, test as base } from '@playwright/test';

import { Dashboard } from './dashboard.ts';
import { type Options, Server } from './server.ts';

interface Fixtures {
  /** Starts a server, which ends with the test. */
  serve: (options?: Options) => Promise<Server>;
  /** Starts a process, which ends with the test; returns its PID. */
  run: (program: string, ...args: string[]) => number;
  /** What the browser may say on the console. */
  tolerated: RegExp;
  dashboard: Dashboard;
}

/** The browser itself reports each socket that finds no server; no page can prevent that. Nothing else may fail. */
export const SERVER_GONE = /WebSocket connection to .* failed/;

export const test = base.extend<Fixtures>({
  serve: async ({}, use, info) => {
    const servers: Server[] = [];
    await use(async (options) => {
      const server = await Server.start(options);
      servers.push(server);
      return server;
    });
    for (const server of servers) {
      if (info.status !== info.expectedStatus) console.log(`the server's log:\n${server.log}`);
      await server.dispose();
    }
  },

  run: async ({}, use) => {
    const children: ChildProcess[] = [];
    await use((program, ...args) => {
      const child = spawn(program, args, { stdio: 'ignore' });
      children.push(child);
      if (child.pid === undefined) throw new Error(`${program} does not start`);
      return child.pid;
    });
    for (const child of children) child.kill('SIGKILL');
  },

  tolerated: [/(?!)/, { option: true }],

  // Asks for `serve` so that the page is closed before its server goes.
  context: async ({ context, serve: _, tolerated }, use) => {
    const said: string[] = [];
    context.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    context.on('weberror', (error) => said.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    await use(context);
    const unexpected = said.filter((line) => !tolerated.test(line));
    expect(unexpected, 'the console stays silent').toEqual([]);
  },

  dashboard: async ({ page }, use) => {
    await use(new Dashboard(page));
  },
});

export { expect };
