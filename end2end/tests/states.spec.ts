import { alter, clear } from './altered.ts';
import { expect, test } from './fixtures.ts';
import { steady } from './scenario.ts';
import type { Snapshot } from './server.ts';

const first = (snapshot: Snapshot) => snapshot.gpus[0] ?? {};
const ago = (snapshot: Snapshot, seconds: number) =>
  new Date(Date.parse(snapshot.timestamp) - 1000 * seconds).toISOString();

test('events are read from the newest on, and nothing stands there without any', async ({ serve, dashboard, page }) => {
  let events: ((snapshot: Snapshot) => unknown[]) | undefined;
  await alter(page, (snapshot) => (snapshot.events = events?.(snapshot) ?? []));
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  await expect(page.getByTestId('events')).toBeHidden();

  const gpu = steady.uuid;
  events = (snapshot) => [
    ...Array.from({ length: 30 }, (_, n) => ({ time: ago(snapshot, 7200), kind: 'source', text: `Event ${n}.` })),
    { time: ago(snapshot, 30), kind: 'xid', xid: 79, gpu, text: 'The GPU has fallen off the bus.' },
    { time: ago(snapshot, 20), kind: 'eclipse', gpu: 'GPU-of-another-time', text: 'Unheard of.' },
  ];
  const seen = page.getByTestId('event');
  await expect(seen.first()).toContainText('Unheard of.');
  await expect(seen.first()).toContainText(/\d\d:\d\d:\d\d/);
  await expect(seen.nth(1)).toBeHidden();
  await page.getByTestId('more-events').getByText('19 earlier').click();
  await expect(seen.nth(1)).toBeVisible();
  await expect(seen.nth(1)).toHaveText(/GPU 0▲ XID 79: The GPU has fallen off the bus\./);
  await expect(seen).toHaveCount(20);
  await expect(dashboard.card(0).value('xid')).toContainText('▲ XID 79 at');

  events = (snapshot) => [{ time: ago(snapshot, 3600), kind: 'xid', xid: 31, gpu, text: 'XID 31: a fault.' }];
  await expect(seen).toHaveCount(1);
  await expect(page.getByTestId('more-events')).toBeHidden();
  await expect(dashboard.card(0).value('xid'), 'long ago').toBeEmpty();
});

test('a lesser source that stands in says for whom and why', async ({ serve, dashboard, page }) => {
  let absent = false;
  await alter(page, (snapshot) => {
    snapshot.provider = 'nvidia_smi';
    const reason = 'The NVIDIA driver and its library have different versions';
    snapshot.sources = [{ provider: 'nvml', reason, hint: 'Reboot, or run `modprobe nvidia`.', absent }];
  });
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const banner = page.getByTestId('stand-in-banner');
  await expect(banner).toHaveText(
    'Reading through nvidia-smi, because NVML fails: The NVIDIA driver and its library have different versions. ' +
      'Reboot, or run modprobe nvidia.',
  );
  await expect(banner.locator('.code')).toHaveText('modprobe nvidia');
  await expect(dashboard.source).toContainText('nvidia-smi');

  absent = true;
  await expect(banner, 'nobody misses what is not installed').toHaveCount(0);
});

test('a source that was set says so, with GPUs and without', async ({ serve, dashboard, page }) => {
  const env = { GPU_MONITOR_TELEMETRY_PROVIDER: 'nvml' };
  await dashboard.open(await serve({ scenario: { gpus: [steady] }, env }));
  await expect(dashboard.source).toContainText('NVML (set)');
  await expect(dashboard.source).toHaveAttribute('title', /GPU_MONITOR_TELEMETRY_PROVIDER; no other source is tried/);

  await dashboard.open(await serve({ env }));
  await expect(dashboard.noGpu).toContainText('set by GPU_MONITOR_TELEMETRY_PROVIDER; no other source is tried');
  await expect(dashboard.sourceAttempts).toHaveCount(1);
  await expect(page.getByTestId('events')).toBeHidden();
});

test('GPUs that no source reads stay, with the cause and what to do', async ({ serve, dashboard, page }) => {
  await alter(page, (snapshot) => {
    snapshot.provider = null;
    snapshot.sources = [
      { provider: 'nvml', reason: 'The NVIDIA driver is not loaded', hint: 'Load it with `modprobe nvidia`.' },
      { provider: 'nvidia_smi', reason: 'not in PATH', absent: true },
    ];
    for (const gpu of snapshot.gpus) {
      clear(gpu, 'error');
      gpu.state = 'unreadable';
      gpu.stateDetail = 'The NVIDIA driver is not loaded';
      gpu.stateSince = ago(snapshot, 60);
    }
  });
  const server = await serve({ scenario: { gpuCount: 2, gpus: [{ ...steady, uuid: undefined }] } });
  await dashboard.open(server);
  await expect(page.getByTestId('silent-banner')).toHaveText(
    'No telemetry source answers. NVML: The NVIDIA driver is not loaded. Load it with modprobe nvidia.',
  );
  await expect(dashboard.cards).toHaveCount(2);
  const card = dashboard.card(1);
  await expect(card.value('gpu-state')).toHaveText(/unreadable since \d\d:\d\d:\d\d/);
  await expect(card.value('state-detail')).toHaveText('The NVIDIA driver is not loaded');
  await expect(card.value('gpu-name')).toHaveText('NVIDIA H200');
  await expect(card.value('utilization')).toHaveText('—');
  await expect(dashboard.source).toHaveText('no telemetry source');
  await expect(dashboard.fleetCount).toHaveText(/2.GPUs · 2 unreadable/);
  await expect(dashboard.noGpu).toBeHidden();
});

test('a GPU that sleeps is no alarm', async ({ serve, dashboard, page }) => {
  await alter(page, (snapshot) => {
    const gpu = first(snapshot);
    clear(gpu, 'asleep');
    Object.assign(gpu, { state: 'asleep', stateDetail: 'It sleeps to save power.', stateSince: ago(snapshot, 60) });
  });
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const card = dashboard.card(0);
  await expect(card.value('gpu-state')).toContainText('☾ asleep since');
  await expect(card.value('state-detail')).toHaveClass('v');
  await expect(card.value('temperature')).toHaveAttribute('title', /asleep/);
  await expect(dashboard.fleetCount).toHaveText(/1.GPU · 1 asleep/);
  await expect(dashboard.fleetCount).toHaveClass('v');
});

test('what holds the clock back is said with its share of time', async ({ serve, dashboard, page }) => {
  let limiters: string[] = ['powerCap'];
  await alter(page, (snapshot) => {
    Object.assign(first(snapshot), { limiters, limiterShares: { seconds: 60, shares: { powerCap: 42.3, idle: 3 } } });
  });
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const sentence = dashboard.card(0).value('limiter');
  await expect(sentence).toHaveText(/^▲ Power-capped 42\s% of the last 60\ss\s*$/);
  limiters = [];
  await expect(sentence).toHaveText(/, not now\s*$/);
});

test('broken hardware is named, sound hardware is not', async ({ serve, dashboard, page }) => {
  let broken = false;
  await alter(page, (snapshot) => {
    const gpu = first(snapshot);
    const { unavailable, ...rest } = gpu;
    Object.assign(gpu, rest, { eccCorrected: 7, eccUncorrected: 0, remappingPending: false, recoveryAction: 'none' });
    Object.assign(gpu, { utilization: 90, performanceState: 0, pcieWidth: 16, pcieWidthMax: 16 });
    if (broken) Object.assign(gpu, { eccUncorrected: 2, remappingPending: true, recoveryAction: 'reset', pcieWidth: 8 });
  });
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const card = dashboard.card(0);
  await expect(card.value('utilization')).toHaveText('90 %');
  await expect(card.value('health')).toBeEmpty();
  await expect(card.value('pcie')).not.toContainText('x8');
  await expect(card.value('gpu-identity')).toHaveAttribute('title', /7.corrected ECC errors/);

  broken = true;
  await expect(card.value('health')).toHaveText(
    /▲ 2.uncorrected ECC errors · Reset needed to remap rows · Driver asks for: GPU reset/,
  );
  await expect(card.value('pcie')).toContainText('x8');
});

test('instances of MIG have their memory and their processes', async ({ serve, dashboard }) => {
  const server = await serve({ args: ['--demo', '--demo-scenario', 'mig'] });
  await dashboard.open(server);
  const rows = dashboard.card(0).root.getByTestId('mig-row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(0).locator('.more')).toHaveText('alice vllm');
  await expect(rows.nth(0).locator('.figure')).toHaveText(/5[67]\.\d\s\/\s69\.8\sGiB/);
  await expect(rows.nth(2).locator('.figure'), 'not counted twice').toHaveText('memory of MIG 1');
  const ends = await rows
    .locator('.figure')
    .evaluateAll((figures) => figures.map((figure) => Math.round(figure.getBoundingClientRect().right)));
  expect(new Set(ends).size, `figures end at ${ends}`).toBe(1);
});

test('a source that tells little makes a short card, not rows of dashes', async ({ serve, dashboard, page }) => {
  await alter(page, (snapshot) => {
    snapshot.provider = 'nvtop';
    const gpu = first(snapshot);
    const { utilization, memoryUsed, memoryTotal, temperature } = gpu;
    clear(gpu, 'notReported');
    Object.assign(gpu, { name: 'AMD Radeon RX 7900 XTX', utilization, memoryUsed, memoryTotal, temperature });
    Object.assign(gpu, { memoryUsedWithReserved: true });
    gpu.pciBusId = null;
    for (const told of ['utilization', 'memoryUsed', 'memoryTotal', 'temperature'])
      delete (gpu.unavailable as Record<string, string>)[told];
  });
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const card = dashboard.card(0);
  await expect(card.value('gpu-name')).toContainText('AMD');
  await expect(card.value('temperature')).toHaveText('64 °C');
  for (const value of ['power', 'fan', 'decoder', 'limiter', 'clock']) await expect(card.value(value)).toBeHidden();
  await expect(card.value('gpu-identity')).toHaveAttribute('title', /not reported .*: power, fan, decoder, limiters, clocks/);
  await expect(card.value('processes-remark')).toHaveText('Processes — not reported by this telemetry source');
  await expect(card.value('memory')).toHaveAttribute('title', /includes memory the driver keeps/);
});

test('hidden processes come with the remedy, and containers by name', async ({ serve, dashboard, page }) => {
  await alter(page, (snapshot) => {
    first(snapshot).processes = [
      { pid: 7, name: null, usedMemoryMiB: 1024, unavailable: { name: 'needsHostPid', user: 'needsHostPid' } },
      { pid: 8, name: 'vllm', command: 'vllm serve', user: 'ann', usedMemoryMiB: 512, container: 'web-1' },
    ];
  });
  const server = await serve({ scenario: { gpus: [steady] } });
  await dashboard.open(server);
  const card = dashboard.card(0);
  await expect(card.process(7).getByTestId('process-command')).toHaveText('PID 7');
  await expect(card.process(8).getByTestId('process-container')).toHaveText('web-1');
  await expect(card.process(7).getByTestId('process-container')).toBeHidden();
  await expect(card.value('processes-remark')).toContainText('--pid=host');
});

test('what is out of view is drawn when it comes into view', async ({ serve, dashboard, page }) => {
  const server = await serve({ args: ['--demo', '--demo-gpus', '64'] });
  await dashboard.open(server);
  await page.keyboard.press('v');
  const last = dashboard.card(63).utilizationLine;
  await expect.poll(() => dashboard.card(0).utilizationLine.stretches()).not.toEqual([]);
  expect(await last.stretches()).toEqual([]);
  await expect(last.canvas, 'told all the same').toHaveAttribute('aria-label', /now \d+ %/);
  await dashboard.card(63).root.scrollIntoViewIfNeeded();
  await expect.poll(() => last.stretches()).not.toEqual([]);
  await page.evaluate(() => window.scrollTo(0, 0));
});

for (const scenario of ['work', 'throttle', 'mig', 'lost', 'asleep', 'faulty']) {
  test(`the scene ${scenario} fits every width`, async ({ serve, dashboard, page }) => {
    const server = await serve({ args: ['--demo', '--demo-scenario', scenario] });
    await dashboard.open(server);
    for (const width of [360, 390, 720, 1024, 1440, 3840]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await dashboard.overflow(), `at ${width} px`).toBeLessThanOrEqual(0);
    }
  });
}
