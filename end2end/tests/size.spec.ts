// What the page weighs on the wire, compressed as browsers ask for it. A budget is what the
// file has now and a little more: whoever needs more says so here.

import { get } from 'node:http';

import { expect, test } from './fixtures.ts';

/** Bytes. The style sheet is within the HTML; of the fonts there are two. */
const BUDGET = {
  'the HTML for 8 GPUs': 16_700,
  'the client, JavaScript': 7_300,
  // 200 more than before it said that a server is full, and sent its reader to sign in.
  'the client, WebAssembly': 170_700,
  'the fonts': 39_000,
};

/** The bytes of the answer's body as they travel. */
function bytes(url: URL): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(parts));
        else reject(new Error(`${url} answers ${response.statusCode}`));
      });
    }).on('error', reject);
  });
}

test('no part of the page is heavier than it may be', async ({ serve }) => {
  const server = await serve({ args: ['--demo', '--demo-gpus', '8'] });
  const url = new URL(server.url);
  const html = await (await fetch(url)).text();
  const named = [...html.matchAll(/"(\/v\/[^"]+\.(js|wasm|woff2))"/g)];
  const weigh = async (ending: string) => {
    const paths = new Set(named.filter((match) => match[2] === ending).map((match) => match[1] ?? ''));
    const files = await Promise.all([...paths].map((path) => bytes(new URL(path, url))));
    return files.reduce((sum, file) => sum + file.length, 0);
  };
  const weight: typeof BUDGET = {
    'the HTML for 8 GPUs': (await bytes(url)).length,
    'the client, JavaScript': await weigh('js'),
    'the client, WebAssembly': await weigh('wasm'),
    'the fonts': await weigh('woff2'),
  };
  for (const [name, limit] of Object.entries(BUDGET)) {
    const taken = weight[name as keyof typeof BUDGET];
    expect.soft(taken, `${name} is there`).toBeGreaterThan(0);
    expect.soft(taken, `${name} takes ${taken} bytes of the ${limit} that it may`).toBeLessThanOrEqual(limit);
  }
});
