// Which Chromium the tests use: the one of $CHROMIUM, of the system, or the one that
// Playwright fetched. Run as a program it prints the path, or fails when there is none.

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of a system's Chromium, or undefined where Playwright's own has to do. */
export function systemBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return places.find(isProgram);
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let path = systemBrowser();
  if (!path) {
    const { chromium } = await import('@playwright/test');
    path = chromium.executablePath();
  }
  if (!existsSync(path)) process.exit(1);
  console.log(path);
}
