import { expect, test } from './fixtures.ts';

test('a digit goes to the GPU of that number, in both views', async ({ serve, dashboard, page }) => {
  await page.setViewportSize({ width: 800, height: 600 });
  await dashboard.open(await serve({ args: ['--demo', '--demo-gpus', '12'] }));
  await page.keyboard.press('9');
  await expect(dashboard.card(9).root).toBeFocused();
  await expect(dashboard.card(9).root).toBeInViewport();
  await page.keyboard.press('0');
  await expect(dashboard.card(0).root).toBeFocused();
  await page.keyboard.press('v');
  await page.keyboard.press('7');
  await expect(dashboard.row(7).root).toBeFocused();
  await expect(dashboard.row(7).root).toBeInViewport();
});

test('keys are text in a field, and the browser’s with a modifier', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve({ args: ['--demo'] }));
  const field = page.getByTestId('filter');
  await field.focus();
  await page.keyboard.type('vt/?3');
  await expect(field).toHaveValue('vt/?3');
  await expect(page.getByTestId('theme')).toHaveAccessibleName('Theme: system');
  await expect(page.getByTestId('help')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(field).toHaveValue('');
  await field.blur();
  for (const key of ['Control+v', 'Alt+v', 'Meta+v']) await page.keyboard.press(key);
  await expect(dashboard.cards).toHaveCount(8);
});

test('the help lists the keys, holds the focus and closes', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve({ args: ['--demo'] }));
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help).toBeHidden();
  await page.keyboard.press('?');
  await expect(help).toBeVisible();
  // Every key that a control names is in it.
  const named = await page
    .locator('[aria-keyshortcuts]')
    .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute('aria-keyshortcuts') ?? ''))]);
  expect(named.sort()).toEqual(['/', '?', 'p', 't', 'v']);
  for (const key of named) await expect(help.locator('kbd').getByText(key, { exact: true })).toBeVisible();
  await page.keyboard.press('v');
  await expect(dashboard.cards, 'no key works behind it').toHaveCount(8);
  for (let n = 0; n < 3; n++) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(() => !document.activeElement?.closest('dialog') && document.activeElement !== document.body);
    expect(outside).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  const button = page.getByRole('button', { name: 'Keyboard help' });
  await button.click();
  await help.getByRole('button', { name: 'Close' }).click();
  await expect(help).toBeHidden();
  await expect(button, 'the focus is back').toBeFocused();
});

test('what has the focus is seen to have it', async ({ serve, dashboard, page }) => {
  await dashboard.open(await serve({ args: ['--demo', '--demo-gpus', '1'] }));
  const seen = new Set<string>();
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', outlineStyle, outlineWidth };
    });
    if (!focused) continue;
    seen.add(focused.name);
    expect(focused.outlineStyle, focused.name).toBe('solid');
    expect(Number.parseFloat(focused.outlineWidth), focused.name).toBeGreaterThanOrEqual(2);
  }
  for (const name of ['Theme: system', 'Rows', 'Keyboard help', 'User', 'Memory', 'All of GPU 0']) expect([...seen]).toContain(name);
});
