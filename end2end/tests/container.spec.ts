// The files for containers, without an engine: parsed, linted, and compared with the rest.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';

import { checkout, copied, dockerfile, ROOT, sent, stages } from '../dockerfile.js';
import { Nginx, template } from './nginx.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const [node, build, final] = stages(dockerfile());

/** Its own types cannot be read by a module. */
interface Linter {
  lintFiles(paths: string[], deep: boolean): { messages: { line: number; message: string }[] }[];
}

const { DCLinter } = createRequire(import.meta.url)('dclint') as { DCLinter: new (config: object) => Linter };

/** The first group of a pattern that has to be there. */
function find(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (!found) throw new Error(`nothing is like ${pattern}`);
  return found;
}

test.describe('Dockerfile', () => {
  test('a linter finds nothing', () => {
    expect(validate(dockerfile()).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  test('each source is there and is sent', () => {
    const sources = [node, build, final]
      .flatMap((stage) => stage?.instructions ?? [])
      .filter(({ keyword, flags }) => keyword === 'COPY' && !flags.some((flag) => flag.startsWith('--from=')))
      .flatMap(({ words }) => words.slice(0, -1));
    expect(sources.length).toBeGreaterThan(4);
    for (const source of sources) expect(copied(source), source).not.toEqual([]);
  });

  test('what another stage is asked for is there', () => {
    const from = final?.instructions.find(({ keyword }) => keyword === 'COPY');
    expect(from?.flags).toEqual([`--from=${build?.name}`]);
    const made = build?.instructions.find(({ keyword, words }) => keyword === 'RUN' && words.includes('dist'));
    const folder = build?.instructions.find(({ keyword }) => keyword === 'WORKDIR')?.text;
    expect(`${folder}/${made?.words.at(-1)}`).toBe(from?.words[0]);
    const program = from?.words[1];
    for (const keyword of ['ENTRYPOINT', 'HEALTHCHECK']) {
      expect(final?.instructions.find((one) => one.keyword === keyword)?.text).toContain(`["${program}"`);
    }
  });

  test('what the build reads is sent, secrets and what was built are not', () => {
    const goes = sent();
    const sources = find(read('Makefile'), /^SOURCES := .*find ([\w ]+) -type f/m).split(' ');
    const single = find(read('Makefile'), /^\t\$\(wildcard ([\w. -]+)\)\)?$/m).split(' ');
    const members = find(read('Cargo.toml'), /^members = \[(.*)\]$/m).match(/[\w/-]+/g) ?? [];
    expect(members.length).toBeGreaterThan(2);
    const folders = [...sources, 'scripts', ...members];
    const needed = checkout().filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)));
    expect(needed.length).toBeGreaterThan(100);
    for (const path of [...needed, ...single, 'Makefile', 'end2end/package-lock.json']) {
      expect(goes(path), path).toBe(true);
    }
    for (const path of ['.env', '.git/config', 'target/release/x', 'end2end/node_modules/x.js', 'certs/privkey.pem']) {
      expect(goes(path), path).toBe(false);
    }
  });

  test('its versions are those of the checkout', () => {
    const rust = find(build?.image ?? '', /^rust:(\d+\.\d+\.\d+)-/);
    expect(rust.split('.').slice(0, 2).join('.')).toBe(find(read('Cargo.toml'), /^rust-version = "(\d+\.\d+)/m));
    const channel = find(read('rust-toolchain.toml'), /^channel = "(.*)"$/m);
    if (channel !== 'stable') expect(rust).toBe(channel);
    const toolchain = build?.instructions.find(({ text }) => text.startsWith('RUSTUP_TOOLCHAIN='));
    expect(toolchain?.text, 'nothing newer is fetched').toBe(`RUSTUP_TOOLCHAIN=${rust}`);
    const { engines } = JSON.parse(read('end2end/package.json')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${find(node?.image ?? '', /^node:(\d+)-/)}`);
  });

  test('the program runs on the C library that it was built with', () => {
    const debian = { bookworm: 'debian12', trixie: 'debian13' };
    const suite = find(build?.image ?? '', /-(\w+)$/) as keyof typeof debian;
    expect(final?.image).toBe(`gcr.io/distroless/cc-${debian[suite]}`);
    expect(node?.image).toContain(suite);
  });

  test('nobody is root, and everybody is listened to', () => {
    const last = (keyword: string) => final?.instructions.findLast((one) => one.keyword === keyword);
    expect(last('USER')?.text).toMatch(/^[1-9]\d+:[1-9]\d+$/);
    expect(last('ENV')?.words).toContain('GPU_MONITOR_HOST=0.0.0.0');
    expect(last('EXPOSE')?.text).toBe('5000');
  });
});

interface Service {
  ports: string[];
  volumes: string[];
  environment?: Record<string, string>;
  command?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  tmpfs?: string[];
}

test.describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml')) as { services: Record<'gpu-observatory' | 'nginx', Service> };
  const { 'gpu-observatory': dashboard, nginx } = compose.services;

  test('it is a Compose file, and a linter finds nothing', () => {
    const rules = {
      // It reads in the order of what matters.
      'service-keys-order': 0,
      // nginx is for everybody, what else is not is tested below.
      'no-unbound-port-interfaces': 0,
      'require-quotes-in-ports': [2, { quoteType: 'double' }],
    };
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
    const [result] = linter.lintFiles([join(ROOT, 'compose.yaml')], false);
    expect(result?.messages.map(({ line, message }) => `line ${line}: ${message}`)).toEqual([]);
  });

  test('both services can do as little as possible', () => {
    for (const service of [dashboard, nginx]) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
    expect(dashboard.ports).toEqual(['127.0.0.1:5000:5000']);
  });

  test('what is mounted from the checkout is there', () => {
    const mounted = nginx.volumes.map((volume) => volume.split(':')[0] ?? '');
    const files = mounted.filter((path) => path.startsWith('./deploy'));
    expect(files).toHaveLength(1);
    for (const file of files) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });

  test('each variable is passed on under its own name', () => {
    const pairs = Object.entries(dashboard.environment ?? {});
    expect(pairs.length).toBeGreaterThan(3);
    for (const [name, value] of pairs) expect(value).toBe(`\${${name}:-}`);
  });

  test('nginx finds the dashboard beside it', async () => {
    const command = nginx.command?.[2] ?? '';
    const [sed = '', start] = command.split(' && ');
    expect(start).toBe("exec nginx -g 'daemon off;'");
    expect(nginx.tmpfs).toContain('/etc/nginx/conf.d');
    const front = await Nginx.prepare((nginx) => {
      // What the container's shell would do, on files of this test.
      const to = nginx.file('beside.conf');
      const files = { '/template/': `${ROOT}/deploy/nginx/`, '/etc/nginx/conf.d/default.conf': to };
      const here = Object.entries(files).reduce((text, [place, other]) => text.replace(place, other), sed);
      execFileSync('sh', ['-c', here]);
      const text = readFileSync(to, 'utf8');
      expect(text).toBe(template('gpu-observatory.conf', { '127.0.0.1:5000': 'gpu-observatory:5000' }));
      return '';
    });
    await front.dispose();
  });
});
