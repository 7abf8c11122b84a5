// Behind the real nginx with the configuration that we ship: https, wss, under a path.

import { request as ask } from 'node:https';
import { writeFileSync } from 'node:fs';

import type { Page, WebSocket } from '@playwright/test';

import { expect, SERVER_GONE, test as base } from './fixtures.ts';
import { Nginx } from './nginx.ts';
import { steady } from './scenario.ts';
import type { Server } from './server.ts';

const test = base.extend<{ front: (prepare: Promise<Nginx>) => Promise<Nginx> }>({
  // Named before `page` by the tests, so that the page is closed before its proxy goes.
  front: async ({}, use, info) => {
    const running: Nginx[] = [];
    await use(async (prepare) => {
      const nginx = await prepare;
      running.push(nginx);
      return nginx;
    });
    for (const nginx of running) {
      if (info.status !== info.expectedStatus) console.log(`nginx' log:\n${nginx.log}`);
      await nginx.dispose();
    }
  },
});

test.use({ ignoreHTTPSErrors: true });

const SCENARIO = { gpus: [steady] };
const CHANGED = { gpus: [{ ...steady, temperature: 71 }] };

/** The addresses that the page asks for, and its sockets. */
function traffic(page: Page): { urls: string[]; sockets: WebSocket[] } {
  const seen = { urls: [] as string[], sockets: [] as WebSocket[] };
  page.on('request', (request) => seen.urls.push(request.url()));
  page.on('websocket', (socket) => seen.sockets.push(socket));
  return seen;
}

/** The status that somebody on another address of loopback gets. */
async function statusFor(
  url: string,
  localAddress: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = ask(url, { localAddress, headers, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end();
  });
}

/** The page lives on a socket through the proxy: what the driver says arrives. */
async function lives(page: Page, server: Server): Promise<void> {
  const temperature = page.getByTestId('gpu-card').first().getByTestId('temperature');
  await expect(page.getByTestId('link')).toContainText('Live');
  await expect(temperature).toHaveText('64 °C');
  server.setScenario(CHANGED);
  await expect(temperature).toHaveText('71 °C');
}

test('nginx takes what we ship, with its choices and without', async ({ front }) => {
  for (const choices of [false, true]) {
    for (const prepare of [Nginx.site(5000, choices), Nginx.location(5000, choices)]) {
      const { ok, said } = (await front(prepare)).check();
      expect(ok, said).toBe(true);
      expect(said).not.toContain('[warn]');
    }
  }
});

test('the page lives behind nginx', async ({ serve, front, page }) => {
  const server = await serve({ scenario: SCENARIO });
  const nginx = await (await front(Nginx.site(server.port))).start();
  const { urls, sockets } = traffic(page);

  const redirect = await fetch(`${nginx.http}/some/where?x=1`, { redirect: 'manual' });
  expect(redirect.status).toBe(301);
  expect(redirect.headers.get('location')).toBe('https://127.0.0.1/some/where?x=1');

  await page.goto(nginx.https);
  await lives(page, server);
  expect(sockets.map((socket) => socket.url())).toEqual([`${nginx.https.replace('https', 'wss')}/ws/gpu`]);
  expect(urls.filter((url) => !url.startsWith(`${nginx.https}/`))).toEqual([]);
});

test('nginx is believed, and its name is allowed', async ({ serve, front, page, dashboard }) => {
  const token = 'a-token-of-27-characters-xx';
  const args = ['--allowed-hosts', 'gpu.example.com', '--trusted-proxies', '127.0.0.1'];
  const server = await serve({ scenario: SCENARIO, token, args });
  const nginx = await (await front(Nginx.site(server.port))).start();
  await page.goto(nginx.https);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await dashboard.live();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' });

  const asks = (host: string): Promise<number | undefined> => statusFor(`${nginx.https}/api/health`, '127.0.0.1', { host });
  expect(await asks('gpu.example.com')).toBe(200);
  expect(await asks('evil.example.com')).toBe(421);
  // What a client claims of itself is not passed on, so that each address has its own attempts.
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const headers = { authorization: 'Bearer wrong', 'x-forwarded-for': `192.0.2.${attempt}` };
    const status = await statusFor(`${nginx.https}/api/config`, '127.0.0.3', headers);
    expect(status).toBe(attempt < 10 ? 401 : 429);
  }
  expect(await statusFor(`${nginx.https}/api/config`, '127.0.0.4', { authorization: `Bearer ${token}` })).toBe(200);
});

test('metrics are for this machine only', async ({ serve, front }) => {
  const [root, under] = [await serve({ scenario: SCENARIO }), await serve({ scenario: SCENARIO, base: '/gpu/' })];
  const site = await (await front(Nginx.site(root.port))).start();
  const location = await (await front(Nginx.location(under.port))).start();
  for (const path of [`${site.https}/metrics`, `${location.https}/gpu/metrics`]) {
    expect(await statusFor(path, '127.0.0.1')).toBe(200);
    for (const way of [path, path.replace('metrics', '/metrics'), path.replace('metrics', '%6detrics')]) {
      expect(await statusFor(way, '127.0.0.2'), way).toBe(403);
    }
  }
  expect(await statusFor(`${site.https}/api/health`, '127.0.0.2')).toBe(200);
});

test('the page lives under a path of another site', async ({ serve, front, page }) => {
  const server = await serve({ scenario: SCENARIO, base: '/gpu/' });
  const nginx = await (await front(Nginx.location(server.port))).start();
  const { urls, sockets } = traffic(page);
  const answers: number[] = [];
  page.on('response', (response) => answers.push(response.status()));

  await page.goto(`${nginx.https}/gpu`);
  expect(page.url(), 'a slash is added').toBe(`${nginx.https}/gpu/`);
  await lives(page, server);
  await page.getByTestId('gpu-card').first().getByTestId('gpu-name').click();
  await expect(page).toHaveURL(`${nginx.https}/gpu/#gpu-0`);
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByTestId('link')).toContainText('Live');

  const icon = page.locator('link[rel~=icon]').first();
  await expect(icon, 'the icon is in the page itself').toHaveAttribute('href', /^data:image\/svg\+xml/);

  const beside = urls.filter((url) => !url.startsWith(`${nginx.https}/gpu/`));
  expect(beside, 'nothing but the address without its slash').toEqual([`${nginx.https}/gpu`]);
  expect(sockets[0]?.url()).toBe(`${nginx.https.replace('https', 'wss')}/gpu/ws/gpu`);
  expect(answers.filter((status) => status >= 400)).toEqual([]);
});

test('nginx leaves a quiet socket alone', async ({ serve, front, page }) => {
  const server = await serve({ env: { GPU_MONITOR_ENABLE_SYSTEM_METRICS: 'false' } });
  const nginx = await (await front(Nginx.site(server.port))).start();
  const { sockets } = traffic(page);
  const times: number[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => times.push(Date.parse(JSON.parse(String(payload)).timestamp))),
  );
  await page.goto(nginx.https);
  // Nothing changes, so the server speaks only to be heard.
  const pauses = () => times.slice(1).map((time, index) => time - (times[index] ?? time));
  await expect.poll(() => Math.max(0, ...pauses()), { timeout: 30_000 }).toBeGreaterThan(4_000);
  await expect(page.getByTestId('link')).toContainText('Live');
  expect(sockets).toHaveLength(1);
});

test.describe('with the server gone', () => {
  test.use({ tolerated: SERVER_GONE });

  test('the page is live again with it', async ({ serve, front, page }) => {
    const server = await serve({ scenario: SCENARIO });
    const nginx = await (await front(Nginx.site(server.port))).start();
    await page.goto(nginx.https);
    await expect(page.getByTestId('link')).toContainText('Live');
    await server.kill();
    await expect(page.getByTestId('link')).toContainText('Reconnecting');
    await server.restart();
    await lives(page, server);
    await expect(page.getByTestId('lost-banner')).toHaveCount(0);
  });
});

test.describe('with a password', () => {
  test.use({ httpCredentials: { username: 'ada', password: 'lovelace' } });

  for (const [place, path] of [
    ['site', '/'],
    ['location', '/gpu/'],
  ] as const) {
    test(`the page lives, and nobody gets in without it: ${place}`, async ({ serve, front, page }) => {
      const server = await serve({ scenario: SCENARIO, base: path });
      const nginx = await front(Nginx[place](server.port, true));
      writeFileSync(nginx.file('gpu-observatory.htpasswd'), 'ada:{PLAIN}lovelace\n');
      await nginx.start();
      for (const inner of ['', 'api/snapshot', 'ws/gpu', 'metrics']) {
        expect(await statusFor(`${nginx.https}${path}${inner}`, '127.0.0.1'), inner).toBe(401);
      }
      const answer = await page.goto(nginx.https + path);
      expect(answer?.headers()['strict-transport-security']).toBe(place === 'site' ? 'max-age=31536000' : undefined);
      await lives(page, server);
    });
  }
});
