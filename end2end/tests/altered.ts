// States that no machine shows on demand: the server's own messages, altered on their
// way to the page.

import type { Page } from '@playwright/test';

import type { Snapshot } from './server.ts';

/** Alters each message before the page sees it. Call it before the page is opened. */
export async function alter(page: Page, change: (snapshot: Snapshot) => void): Promise<void> {
  await page.routeWebSocket(/\/ws\/gpu$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const snapshot = JSON.parse(String(message)) as Snapshot;
      change(snapshot);
      socket.send(JSON.stringify(snapshot));
    });
  });
}

/** Takes every measurement from a GPU, for this reason. */
export function clear(gpu: Record<string, unknown>, reason: string): void {
  const kept = ['id', 'name', 'uuid', 'pciBusId', 'driverVersion', 'cudaVersion', 'unavailable'];
  const unavailable: Record<string, string> = { processes: reason };
  for (const key of Object.keys(gpu)) {
    if (kept.includes(key) || typeof gpu[key] === 'boolean') continue;
    if (key === 'processes' || key === 'migInstances') gpu[key] = [];
    else if (!key.startsWith('state')) {
      gpu[key] = null;
      unavailable[key] = reason;
    }
  }
  for (const key of ['eccEnabled', 'remappingPending', 'remappingFailed', 'migEnabled']) gpu[key] = null;
  gpu.unavailable = unavailable;
}
