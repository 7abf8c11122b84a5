import { readFileSync } from 'node:fs';

import { expect, test } from './fixtures.ts';
import { steady } from './scenario.ts';

test('the last minute is saved as CSV and as JSON', async ({ serve, dashboard, page }) => {
  const name = '=cmd, "x"';
  const server = await serve({ scenario: { gpuCount: 2, gpus: [{ ...steady, uuid: undefined, name }] } });
  await dashboard.open(server);
  await server.samplesFor(1500);
  await page.getByTestId('pause').click();

  const save = async (label: string) => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: `Save the last minute as ${label}` }).click();
    const file = await download;
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
  };

  const csv = await save('CSV');
  expect(csv.name).toMatch(/^gpu-observatory-[\w-]+-\d{8}T\d{6}Z\.csv$/);
  const lines = csv.text.split('\r\n');
  expect(lines[0]).toContain('time (UTC),GPU,key,name,utilization (%),memory used (MiB)');
  expect(lines.pop()).toBe('');
  expect(lines.length, 'two rows per sample').toBeGreaterThan(10);
  expect(lines.length % 2).toBe(1);
  for (const line of lines.slice(1)) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z,[01],[^,]+,"'=cmd, ""x""",37,25600,/);
  }
  expect(lines.some((line) => line.includes(',143360.0,64,312.4,')), 'whole samples are in it').toBe(true);

  const json = await save('JSON');
  expect(json.name).toBe(csv.name.replace('.csv', '.json'));
  const saved = JSON.parse(json.text) as {
    history: { times: number[]; gpus: Record<string, { utilization: (number | null)[] }> };
    samples: { gpus: { name: string; temperature: number }[] }[];
  };
  for (const track of Object.values(saved.history.gpus)) {
    // A machine that is busy may leave a gap, which has no row of its own in CSV.
    const known = track.utilization.filter((value) => value !== null);
    expect(known).toHaveLength((lines.length - 1) / 2);
    expect(new Set(known)).toEqual(new Set([37]));
    expect(track.utilization).toHaveLength(saved.history.times.length);
  }
  expect(saved.samples.at(-1)?.gpus[0]).toMatchObject({ name, temperature: 64 });
});
