import { expect, test } from './fixtures.ts';
import { steady } from './scenario.ts';

test('a GPU has its details at an address of its own', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpuCount: 2, gpus: [{ ...steady, uuid: undefined }] } });
  await page.goto(`${server.url}#gpu-1`);
  const details = page.getByTestId('details');
  await expect(details).toBeVisible();
  await expect(details.getByRole('heading')).toHaveText('GPU 1 · NVIDIA H200');
  const fact = (name: string) => details.getByRole('listitem').filter({ hasText: name }).first();
  await expect(fact('Power limit')).toContainText(/700\sW/);
  await expect(fact('In all')).toContainText(/140.0\sGiB/);

  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(page).toHaveURL((url) => url.hash === '');

  // From the card, by keyboard, twice.
  for (let time = 0; time < 2; time++) {
    await dashboard.card(0).root.getByRole('link').focus();
    await page.keyboard.press('Enter');
    await expect(details.getByRole('heading')).toHaveText('GPU 0 · NVIDIA H200');
    await expect(page).toHaveURL((url) => url.hash === '#gpu-0');
    await details.getByRole('button', { name: 'Close' }).click();
    await expect(details).toBeHidden();
  }
  await expect(dashboard.card(0).root.getByRole('link'), 'the focus is where it was').toBeFocused();
});

test('a row leads to the details too, by mouse and by keyboard', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve({ scenario: { gpuCount: 3, gpus: [{ ...steady, uuid: undefined }] } }));
  await page.keyboard.press('v');
  const details = page.getByTestId('details');
  const link = (index: number) => dashboard.row(index).root.getByRole('link', { name: 'NVIDIA H200' });
  await link(2).click();
  await expect(details.getByRole('heading')).toHaveText('GPU 2 · NVIDIA H200');
  await expect(page).toHaveURL((url) => url.hash === '#gpu-2');
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(link(2), 'the focus is where it was').toBeFocused();
  await expect(page).not.toHaveURL(/#/);

  // To the row by its number, to its link, and back again.
  await page.keyboard.press('1');
  await expect(dashboard.row(1).root).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(link(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(details.getByRole('heading')).toHaveText('GPU 1 · NVIDIA H200');
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(link(1)).toBeFocused();
});

test('details stay current, and what is missing has a reason', async ({ serve, dashboard, page }) => {
  const server = await serve({ scenario: { gpus: [{ ...steady, temperature: null }] } });
  await dashboard.open(server);
  await dashboard.card(0).root.getByRole('link').click();
  const facts = page.getByTestId('fact');
  await expect(facts.filter({ hasText: 'Core' })).toContainText('not supported');
  await expect(facts.filter({ hasText: /^Encoder/ })).toContainText(/5\s%/);
  server.setScenario({ gpus: [{ ...steady, temperature: null, encoder: 77 }] });
  await expect(facts.filter({ hasText: /^Encoder/ })).toContainText(/77\s%/);
});

test('an address without a GPU opens nothing', async ({ serve, page, dashboard }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  for (const hash of ['#gpu-7', '#gpu-', '#gpu--1', '#gpu-0x', '#elsewhere']) {
    await page.goto(`${server.url}${hash}`);
    await dashboard.live();
    await expect(page.getByTestId('details')).toBeHidden();
  }
});

test('details fit every width', async ({ serve, page, dashboard }) => {
  const server = await serve({ scenario: { gpus: [steady] } });
  await page.goto(`${server.url}#gpu-0`);
  for (const width of [360, 390, 768, 3840]) {
    await page.setViewportSize({ width, height: 800 });
    await expect(page.getByTestId('details')).toBeVisible();
    expect(await dashboard.overflow()).toBeLessThanOrEqual(0);
    const inside = await page.getByTestId('details').evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth);
    expect(inside, `at ${width} px`).toBe(true);
  }
});
