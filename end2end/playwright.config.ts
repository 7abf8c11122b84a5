import { defineConfig } from '@playwright/test';

import { systemBrowser } from './browser.js';

const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

// Chromium's sandbox does not start for root, which is who runs in a container.
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  reporter: 'list',
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  // A browser that renders in software takes a core and more: where nobody waits, one at
  // a time has what it needs.
  workers: process.env.CI ? 1 : 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'off',
    launchOptions: { executablePath: systemBrowser(), args: [...QUIET, ...sandbox] },
  },
});
