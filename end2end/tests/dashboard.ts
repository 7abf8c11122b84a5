// The page as the tests see it.

import { expect, type Locator, type Page } from '@playwright/test';

import type { Server } from './server.ts';

export class Dashboard {
  readonly page: Page;
  readonly link: Locator;
  readonly source: Locator;
  readonly cards: Locator;
  readonly rows: Locator;
  readonly noGpu: Locator;
  readonly sourceAttempts: Locator;
  readonly demoBanner: Locator;
  readonly staleBanner: Locator;
  readonly lostBanner: Locator;
  readonly retry: Locator;
  readonly fleetCount: Locator;
  readonly fleetUtilization: Locator;
  readonly fleetMemory: Locator;

  constructor(page: Page) {
    this.page = page;
    this.link = page.getByTestId('link');
    this.source = page.getByTestId('source');
    this.cards = page.getByTestId('gpu-card');
    this.rows = page.getByTestId('gpu-row');
    this.noGpu = page.getByTestId('no-gpu');
    this.sourceAttempts = page.getByTestId('source-attempt');
    this.demoBanner = page.getByTestId('demo-banner');
    this.staleBanner = page.getByTestId('stale-banner');
    this.lostBanner = page.getByTestId('lost-banner');
    this.retry = page.getByTestId('retry');
    this.fleetCount = page.getByTestId('fleet-count');
    this.fleetUtilization = page.getByTestId('fleet-utilization');
    this.fleetMemory = page.getByTestId('fleet-memory');
  }

  /** Opens the page and waits until it lives. */
  async open(server: Server): Promise<void> {
    await this.page.goto(server.url);
    await this.live();
  }

  async live(): Promise<void> {
    await expect(this.link).toContainText('Live');
  }

  card(index: number): Card {
    return new Card(this.page.locator(`[data-testid="gpu-card"][data-index="${index}"]`));
  }

  /** The line of a GPU in the Rows view; it has the values of a card. */
  row(index: number): Card {
    return new Card(this.page.locator(`[data-testid="gpu-row"][data-index="${index}"]`));
  }

  /** The numbers on the cards, from first to last. */
  async order(): Promise<number[]> {
    return this.cards.evaluateAll((cards) => cards.map((card) => Number((card as HTMLElement).dataset.index)));
  }

  /** By how many pixels the page is wider than the window. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
  }
}

export class Card {
  readonly root: Locator;
  readonly processes: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.processes = root.getByTestId('process-row');
  }

  /** A value by its test id: utilization, memory, temperature, power, fan, ... */
  value(testId: string): Locator {
    return this.root.getByTestId(testId);
  }

  process(pid: number): Locator {
    return this.root.locator(`[data-testid="process-row"][data-pid="${pid}"]`);
  }

  get utilizationLine(): Sparkline {
    return new Sparkline(this.root.getByTestId('spark-utilization'));
  }

  get memoryLine(): Sparkline {
    return new Sparkline(this.root.getByTestId('spark-memory'));
  }
}

/** A stretch of a plot, in shares of its width. */
export interface Stretch {
  from: number;
  to: number;
}

export class Sparkline {
  readonly canvas: Locator;

  constructor(canvas: Locator) {
    this.canvas = canvas;
  }

  /** The picture, as text to compare. */
  async picture(): Promise<string> {
    return this.canvas.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  }

  /** Where there is ink, from left to right. */
  async stretches(): Promise<Stretch[]> {
    return this.canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      // Read from a copy: the page's own canvas is not made for reading.
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      copy?.drawImage(element as HTMLCanvasElement, 0, 0);
      const pixels = copy?.getImageData(0, 0, width, height).data;
      const stretches: { from: number; to: number }[] = [];
      let open = false;
      for (let x = 0; pixels && x < width; x++) {
        let ink = false;
        for (let y = 0; y < height && !ink; y++) ink = pixels[4 * (y * width + x) + 3] !== 0;
        if (ink && !open) stretches.push({ from: x / width, to: x / width });
        const last = stretches.at(-1);
        if (ink && last) last.to = (x + 1) / width;
        open = ink;
      }
      return stretches;
    });
  }

  /** The share of the width that the line reaches back from the right edge. */
  async reach(): Promise<number> {
    const first = (await this.stretches())[0];
    return first ? 1 - first.from : 0;
  }
}
