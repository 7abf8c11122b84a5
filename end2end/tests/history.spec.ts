import { expect, test } from './fixtures.ts';
import { busy, NVML } from './scenario.ts';

/** Seconds as a share of the plot's width. */
const seconds = (count: number) => count / 60;

test('the lines move with each sample', async ({ serve, dashboard }) => {
  const server = await serve({ scenario: { gpus: [busy] } });
  await dashboard.open(server);
  const card = dashboard.card(0);
  for (const line of [card.utilizationLine, card.memoryLine]) {
    for (let tick = 0; tick < 3; tick++) {
      const before = await line.picture();
      await expect.poll(() => line.picture()).not.toBe(before);
    }
    expect((await line.stretches()).at(-1)?.to).toBeCloseTo(1, 1);
  }
});

test('a gap in the data is a gap in the line', async ({ serve, dashboard }) => {
  const server = await serve({ scenario: { gpus: [busy] } });
  await dashboard.open(server);
  const card = dashboard.card(0);
  await server.samplesFor(3000);

  server.setScenario({ gpus: [{ ...busy, errors: { nvmlDeviceGetUtilizationRates: NVML.unknown } }] });
  await expect(card.value('utilization')).toHaveText('—');
  await server.samplesFor(4000);
  server.setScenario({ gpus: [busy] });
  await expect(card.value('utilization')).not.toHaveText('—');
  await server.samplesFor(2000);

  // A machine that is busy may be late with a sample: only what lasts is the test's own.
  const gaps = async (line: typeof card.utilizationLine) => {
    const all = await line.stretches();
    const between = all.slice(1).map((after, n) => after.from - (all[n]?.to ?? 1));
    return between.filter((gap) => gap > seconds(3)).length;
  };
  await expect.poll(() => gaps(card.utilizationLine)).toBe(1);
  await expect.poll(() => gaps(card.memoryLine), 'the other line has no gap').toBe(0);
});

test('a page that is loaded later or again has the whole history at once', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpus: [busy] } });
  await server.samplesFor(6000);
  const line = dashboard.card(0).utilizationLine;
  for (const load of [() => page.goto(server.url), () => page.reload()]) {
    await load();
    // What is drawn first, before the page could have gathered as much itself.
    let reach = 0;
    await expect.poll(async () => (reach = await line.reach())).toBeGreaterThan(0);
    expect(reach).toBeGreaterThan(seconds(5));
  }
});
