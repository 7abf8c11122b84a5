// A dashboard that asks for a token, as a reader of it sees that.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, SERVER_GONE, test } from './fixtures.ts';
import { steady } from './scenario.ts';

const TOKEN = 'a-token-of-27-characters-xx';
const SCENARIO = { gpus: [steady] };

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test.describe('with a token', () => {
  // The browser reports the answer to a wrong token, as it has to.
  test.use({ tolerated: /the server responded with a status of 401|WebSocket connection to .* failed/ });

  test('the page asks for it once', async ({ serve, dashboard, page, context }) => {
    const server = await serve({ scenario: SCENARIO, token: TOKEN });
    await page.goto(server.url);
    await expect(page).toHaveURL(`${server.url}login`);
    expect(await page.content()).not.toContain('H200');
    await signIn(page, 'not-the-token-at-all');
    await expect(page.getByRole('alert')).toHaveText('That is not the token.');
    await signIn(page, TOKEN);
    await expect(page).toHaveURL(server.url);
    await dashboard.live();
    await expect(dashboard.card(0).value('temperature')).toHaveText('64 °C');

    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', secure: false, path: '/' });
    expect(await page.evaluate(() => document.cookie), 'scripts do not see it').toBe('');
    await page.reload();
    await dashboard.live();
    expect(server.log).not.toContain(TOKEN);
  });

  test('a page that is open is left when the token changes', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: SCENARIO, token: TOKEN });
    await page.goto(server.url);
    await signIn(page, TOKEN);
    await dashboard.live();
    await server.restart(`${TOKEN}-changed`);
    await expect(page.getByLabel('Token')).toBeVisible();
    await signIn(page, `${TOKEN}-changed`);
    await dashboard.live();
  });

  test('a page whose socket alone is refused is not loaded again and again', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: SCENARIO, token: TOKEN });
    let loads = 0;
    // As a proxy does that knows the token and forgets it where a socket is asked for.
    await page.route(server.url, async (route) => {
      loads += 1;
      await route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${TOKEN}` } });
    });
    await page.goto(server.url);
    await expect(dashboard.link).toContainText('Reconnecting in');
    await expect(dashboard.link, 'after the second attempt of the second page').toContainText(/Reconnecting in [234]/);
    expect(loads).toBe(2);
  });

  test('who signs out has to sign in again', async ({ serve, dashboard, page }) => {
    const server = await serve({ scenario: SCENARIO, token: TOKEN, base: '/lab/gpu/' });
    await page.goto(server.url);
    await signIn(page, TOKEN);
    await dashboard.live();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(`${server.url}login`);
    await page.goto(server.url);
    await expect(page.getByLabel('Token')).toBeVisible();
  });

  test('it can be asked for without scripts, and read aloud', async ({ serve, page, dashboard }) => {
    const server = await serve({ scenario: SCENARIO, token: TOKEN });
    await page.goto(server.url);
    for (const [colorScheme, width] of [['dark', 1440], ['light', 390], ['dark', 320]] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 700 });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`)).toEqual([]);
      expect.soft(await dashboard.overflow(), `${width} px`).toBeLessThanOrEqual(0);
    }
    await expect(page.getByLabel('Token')).toBeFocused();
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(server.url);
  });
});

test.describe('with no room', () => {
  test.use({ tolerated: SERVER_GONE });

  test('the page says so, and comes to life when there is some', async ({ serve, dashboard, page, context }) => {
    // A quarter of it is for one address.
    const server = await serve({ scenario: SCENARIO, args: ['--max-clients', '4'] });
    const first = await context.newPage();
    await first.goto(server.url);
    await expect(first.getByTestId('link')).toContainText('Live');
    await page.goto(server.url);
    const banner = page.getByTestId('full-banner');
    await expect(banner).toContainText('The server has no room for another viewer. Values below are from');
    await expect(dashboard.card(0).value('temperature'), 'as the server drew it').toHaveText('64 °C');
    await first.close();
    await page.getByTestId('retry').click();
    await dashboard.live();
    await expect(banner).toBeHidden();
  });
});

test('nothing that a name says is done', async ({ serve, run, dashboard, page }) => {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const traps = [
    '<script>alert("tag")</script>',
    '<img src=x onerror=alert("image")>',
    '"><svg onload=alert("attribute")>',
    "' onmouseover='alert(1)' x='",
    '</script><script>alert("seed")</script>',
    '<!--<script>alert("comment")//-->',
    '{{alert("template")}}${alert("template")}',
    'javascript:alert("link")',
    '\u2028alert("line")\u2029',
  ];
  const processes = traps.map((trap) => ({
    pid: run(process.execPath, '-e', 'setInterval(() => {}, 1e6)', trap),
    memoryMiB: 1024,
  }));
  const [name = ''] = traps;
  const gpus = traps.map((trap, index) => ({
    ...steady,
    uuid: `GPU-${index}-${trap}`.slice(0, 79),
    name: trap,
    processes: index === 0 ? processes : [],
  }));
  const server = await serve({ scenario: { driverVersion: '<b onclick=alert(1)>580', gpus } });
  await page.goto(server.url);
  await dashboard.live();
  await expect(dashboard.card(0).value('gpu-name')).toContainText(name);
  const elements = await page.locator('body :is(script, img, iframe, b)').count();
  expect(elements, 'no element came of it').toBe(await page.locator('body > script').count());

  for (const hash of traps.map((trap) => `#gpu-${trap}`)) {
    await page.evaluate((hash) => (location.hash = hash), hash);
  }
  await page.getByRole('searchbox').first().fill('<img src=x onerror=alert("filter")>');
  await page.getByRole('searchbox').first().fill('');
  await dashboard.card(0).value('gpu-name').click();
  await expect(page.getByRole('dialog')).toContainText(name);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Rows' }).click();
  await page.mouse.move(300, 300);
  expect(dialogs).toEqual([]);
});
