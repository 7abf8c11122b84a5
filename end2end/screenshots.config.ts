// `make screenshots`: takes the pictures anew. Apart from the tests, for it waits for a
// full minute of history.

import { defineConfig } from '@playwright/test';

import tests from './playwright.config.ts';

export default defineConfig({ ...tests, testDir: 'screenshots', workers: 1, timeout: 300_000 });
