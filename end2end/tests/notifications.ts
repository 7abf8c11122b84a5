// The browser's notifications, recorded instead of shown: a browser without a screen
// shows none. All else is the page's own.

import type { Page } from '@playwright/test';

export interface Shown {
  title: string;
  body?: string;
  tag?: string;
}

interface Recorder {
  asked: number;
  shown: Shown[];
  last?: Notification;
}

declare global {
  interface Window {
    recorder: Recorder;
  }
}

/** A browser that answers like this when it is asked. Call it before the page is opened. */
export async function record(page: Page, answer: NotificationPermission): Promise<void> {
  await page.addInitScript((answer) => {
    const recorder: Recorder = { asked: 0, shown: [] };
    class Recorded extends EventTarget {
      static permission: NotificationPermission = 'default';
      static requestPermission() {
        recorder.asked += 1;
        Recorded.permission = answer;
        return Promise.resolve(answer);
      }
      onclick: ((event: Event) => void) | null = null;
      constructor(title: string, options: NotificationOptions = {}) {
        super();
        recorder.shown.push({ title, body: options.body, tag: options.tag });
        recorder.last = this as unknown as Notification;
      }
      close() {}
    }
    window.recorder = recorder;
    Object.assign(window, { Notification: Recorded });
  }, answer);
}

/** A browser that has none, as on a page over plain http. */
export async function without(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'Notification'));
}

export const asked = (page: Page) => page.evaluate(() => window.recorder.asked);
export const shown = (page: Page) => page.evaluate(() => window.recorder.shown);

/** Clicks on the last notification. */
export const click = (page: Page) =>
  page.evaluate(() => (window.recorder.last as { onclick: (event: Event) => void }).onclick(new Event('click')));

/** What the browser says of the page's tab. */
export async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}
