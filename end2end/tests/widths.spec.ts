import { expect, test } from './fixtures.ts';
import { type GpuSpec, NVML, steady } from './scenario.ts';

const LONG = `--run-name=${'long-'.repeat(60)}`;

for (const gpus of [1, 8]) {
  test(`${gpus} GPUs fit every width`, async ({ serve, run, dashboard, page }) => {
    const pid = run(process.execPath, '-e', 'setInterval(() => {}, 1e6)', LONG);
    const card: GpuSpec = {
      ...steady,
      name: 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition',
      uuid: undefined,
      temperature: null,
      errors: { nvmlDeviceGetEncoderUtilization: NVML.unknown },
      processes: [{ pid, memoryMiB: 17_408, sm: 100 }],
    };
    const server = await serve({ scenario: { gpuCount: gpus, gpus: [card] } });
    await dashboard.open(server);
    await expect(dashboard.cards).toHaveCount(gpus);
    for (const width of [360, 390, 1440, 3840]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await dashboard.overflow(), `at ${width} px`).toBeLessThanOrEqual(0);
      await expect(dashboard.card(gpus - 1).value('utilization')).toHaveText('37 %');
    }
  });
}

test('the page without a GPU fits a telephone', async ({ serve, dashboard, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await dashboard.open(await serve());
  await expect(dashboard.noGpu).toBeVisible();
  expect(await dashboard.overflow()).toBeLessThanOrEqual(0);
});
