import { userInfo } from 'node:os';

import { expect, test } from './fixtures.ts';
import { busy, NVML, steady } from './scenario.ts';

test('the values are those of the driver', async ({ serve, run, dashboard }) => {
  const pid = run('sleep', '1000');
  const server = await serve({
    scenario: {
      driverVersion: '580.65.06',
      gpus: [{ ...steady, processes: [{ pid, memoryMiB: 17_408, type: 'compute', sm: 31 }] }],
    },
  });
  await dashboard.open(server);

  const card = dashboard.card(0);
  await expect(card.root).toHaveAttribute('data-key', 'GPU-11111111-2222-3333-4444-555555555555');
  await expect(card.value('gpu-name')).toHaveText('NVIDIA H200');
  await expect(card.value('utilization')).toHaveText('37 %');
  await expect(card.value('memory')).toHaveText('25.0 / 140.0 GiB');
  await expect(card.value('temperature')).toHaveText('64 °C');
  await expect(card.value('power')).toHaveText('312/700 W');
  await expect(card.value('fan')).toHaveText('43 %');
  await expect(card.value('encoder')).toHaveText('5');
  await expect(card.value('decoder')).toHaveText('9 %');
  await expect(dashboard.source).toContainText('NVML · driver 580.65.06');
  await expect(dashboard.fleetUtilization).toHaveText('37 %');
  await expect(dashboard.fleetMemory).toHaveText('25.0 / 140.0 GiB');

  const row = card.process(pid);
  await expect(row.getByTestId('process-user')).toHaveText(userInfo().username);
  await expect(row.getByTestId('process-command')).toHaveText('sleep 1000');
  await expect(row.getByTestId('process-memory')).toHaveText('17.0 GiB');
  await expect(row.getByTestId('process-sm')).toHaveText('31 %');
});

test('the values change with the driver', async ({ serve, run, dashboard }) => {
  const [first, second] = [run('sleep', '1001'), run('sleep', '1002')];
  const server = await serve({ scenario: { gpus: [{ ...steady, processes: [{ pid: first, memoryMiB: 1024 }] }] } });
  await dashboard.open(server);
  const card = dashboard.card(0);
  await expect(card.value('utilization')).toHaveText('37 %');
  await expect(card.process(first)).toBeVisible();

  server.setScenario({
    gpus: [
      {
        ...steady,
        utilization: { gpu: 100, memory: 90 },
        memory: { totalMiB: 143_360, usedMiB: 133_120, reservedMiB: 0 },
        temperature: 71,
        powerMilliwatts: 698_600,
        fans: [88],
        processes: [{ pid: second, memoryMiB: 2048 }],
      },
    ],
  });
  await expect(card.value('utilization')).toHaveText('100 %');
  await expect(card.value('memory')).toHaveText('130.0 / 140.0 GiB');
  await expect(card.value('temperature')).toHaveText('71 °C');
  await expect(card.value('power')).toHaveText('699/700 W');
  await expect(card.value('fan')).toHaveText('88 %');
  await expect(dashboard.fleetUtilization).toHaveText('100 %');
  await expect(card.process(second).getByTestId('process-command')).toHaveText('sleep 1002');
  await expect(card.process(first)).toHaveCount(0);
});

test('a value that cannot be read is a dash with its reason', async ({ serve, dashboard }) => {
  const server = await serve({
    scenario: {
      gpus: [
        {
          ...steady,
          temperature: null,
          errors: { nvmlDeviceGetPowerUsage: NVML.noPermission, nvmlDeviceGetEncoderUtilization: NVML.unknown },
        },
      ],
    },
  });
  await dashboard.open(server);

  const card = dashboard.card(0);
  for (const [value, reason] of [
    ['temperature', /not supported/],
    ['power', /no permission/],
    ['encoder', /failed/],
  ] as const) {
    await expect(card.value(value)).toHaveText('—');
    await expect(card.value(value)).toHaveAttribute('title', reason);
  }
  await expect(card.value('utilization')).toHaveText('37 %');
  await expect(card.value('decoder')).toHaveText('9 %');
});

test('names of processes are text', async ({ serve, run, dashboard, page }) => {
  const markup = '<img src=x onerror=document.title="owned">';
  const pid = run(process.execPath, '-e', 'setInterval(() => {}, 1e6)', markup);
  const server = await serve({ scenario: { gpus: [{ ...steady, processes: [{ pid, memoryMiB: 1024 }] }] } });
  const response = await page.goto(server.url);
  await dashboard.live();

  const command = dashboard.card(0).process(pid).getByTestId('process-command');
  await expect(command).toContainText(markup);
  await expect(page.locator('img')).toHaveCount(0);
  await expect(page).not.toHaveTitle(/owned/);
  expect(await response?.text()).not.toContain('<img');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the page shows the numbers', async ({ serve, run, dashboard, page }) => {
    const pid = run('sleep', '1003');
    const server = await serve({
      scenario: { gpus: [{ ...steady, processes: [{ pid, memoryMiB: 17_408 }] }, { ...busy, uuid: 'GPU-2' }] },
    });
    await page.goto(server.url);

    const card = dashboard.card(0);
    await expect(card.value('utilization')).toHaveText('37 %');
    await expect(card.value('memory')).toHaveText('25.0 / 140.0 GiB');
    await expect(card.value('temperature')).toHaveText('64 °C');
    await expect(card.value('power')).toHaveText('312/700 W');
    await expect(card.process(pid).getByTestId('process-user')).toHaveText(userInfo().username);
    await expect(card.process(pid).getByTestId('process-command')).toHaveText('sleep 1003');
    await expect(dashboard.cards).toHaveCount(2);
    await expect(page.getByTestId('noscript')).toHaveText(/^Values of \d\d:\d\d:\d\d UTC\. They stay as they are/);
    await expect(dashboard.link, 'nothing connects').toBeHidden();
  });
});
