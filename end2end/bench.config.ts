// Measures instead of testing: nothing here fails for being slow.

import { defineConfig } from '@playwright/test';

import tests from './playwright.config.ts';

export default defineConfig(tests, {
  testDir: 'bench',
  testMatch: '*.bench.ts',
  fullyParallel: false,
  workers: 1,
  timeout: 3_600_000,
});
