// The real nginx on loopback, with the configuration that we ship.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { freePorts } from './ports.ts';
import { until } from './server.ts';

export const TEMPLATES = resolve(import.meta.dirname, '../../deploy/nginx');
const SUBJECT = ['-subj', '/CN=gpu.example.com', '-addext', 'subjectAltName=IP:127.0.0.1'];
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];

/** What a test puts in the place of words of a template; a word that is not there is a mistake. */
export type Words = Record<string, string>;

/** A template with other words in it. */
export function template(name: string, words: Words): string {
  let text = readFileSync(join(TEMPLATES, name), 'utf8');
  for (const [word, other] of Object.entries(words)) {
    if (!text.includes(word)) throw new Error(`${name} does not say ${word}`);
    text = text.replaceAll(word, other);
  }
  return text;
}

/** A template with all of its choices taken. */
export function withChoices(text: string): string {
  return text.replaceAll(/^( *)#(?=\w)/gm, '$1');
}

export class Nginx {
  /** Where plain HTTP is, without a slash at the end. */
  readonly http: string;
  readonly https: string;
  #folder = mkdtempSync(join(tmpdir(), 'gpu-observatory-nginx-'));
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(http: number, https: number) {
    this.http = `http://127.0.0.1:${http}`;
    this.https = `https://127.0.0.1:${https}`;
    // Its workers are somebody else where this is root.
    chmodSync(this.#folder, 0o755);
    const files = ['-keyout', this.file('privkey.pem'), '-out', this.file('fullchain.pem')];
    execFileSync('openssl', ['req', '-x509', ...KEY, ...SUBJECT, ...files], { stdio: 'ignore' });
  }

  /** An nginx that does not run yet. `sites` makes the configuration, once ports and files are known. */
  static async prepare(sites: (nginx: Nginx) => string): Promise<Nginx> {
    const [http = 0, https = 0] = await freePorts(2);
    const nginx = new Nginx(http, https);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    mkdirSync(nginx.file('sites'));
    writeFileSync(nginx.file('sites/site.conf'), sites(nginx));
    writeFileSync(
      nginx.file('nginx.conf'),
      [
        'daemon off;',
        'worker_processes 1;',
        `pid ${nginx.file('pid')};`,
        'error_log stderr warn;',
        'events {}',
        'http {',
        'access_log off;',
        ...temporary.map((kind) => `${kind}_temp_path ${nginx.file(kind)};`),
        `include ${nginx.file('sites')}/*.conf;`,
        '}',
      ].join('\n'),
    );
    return nginx;
  }

  /** Our site of its own, in front of a port; with all choices taken where asked for. */
  static async site(port: number, choices = false): Promise<Nginx> {
    return Nginx.prepare((nginx) => {
      const text = template('gpu-observatory.conf', nginx.words(port));
      return choices ? withChoices(text) : text;
    });
  }

  /** Another site with our location in it, in front of a port. */
  static async location(port: number, choices = false): Promise<Nginx> {
    return Nginx.prepare((nginx) => {
      const words = { '127.0.0.1:5000': `127.0.0.1:${port}` };
      const plain = template('gpu-observatory-location.conf', words);
      const text = (choices ? withChoices(plain) : plain).replaceAll('/etc/nginx/', `${nginx.#folder}/`);
      writeFileSync(nginx.file('location.conf'), text);
      const { host } = new URL(nginx.https);
      return [
        'server {',
        `listen ${host} ssl;`,
        `ssl_certificate ${nginx.file('fullchain.pem')};`,
        `ssl_certificate_key ${nginx.file('privkey.pem')};`,
        `include ${nginx.file('location.conf')};`,
        'location / { return 418; }',
        '}',
      ].join('\n');
    });
  }

  file(name: string): string {
    return join(this.#folder, name);
  }

  /** What is not the same on every machine. */
  words(port: number): Words {
    return {
      'listen 80;': `listen ${new URL(this.http).host};`,
      'listen [::]:80;': '',
      'listen 443 ssl;': `listen ${new URL(this.https).host} ssl;`,
      'listen [::]:443 ssl;': '',
      '/etc/ssl/gpu-observatory/': `${this.#folder}/`,
      '/etc/nginx/': `${this.#folder}/`,
      'server 127.0.0.1:5000;': `server 127.0.0.1:${port};`,
    };
  }

  /** What `nginx -t` says, and whether it is content. */
  check(): { ok: boolean; said: string } {
    const { status, stderr } = spawnSync('nginx', [...this.#arguments(), '-t'], { encoding: 'utf8' });
    return { ok: status === 0, said: stderr };
  }

  async start(): Promise<this> {
    const child = spawn('nginx', this.#arguments(), { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    child.on('error', (error) => (this.#log += `${error.message}: make test gets nginx\n`));
    await until(async () => {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`nginx does not run:\n${this.#log}`);
      return accepts(Number(new URL(this.https).port));
    }, 15_000);
    return this;
  }

  get log(): string {
    return this.#log;
  }

  async dispose(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #arguments(): string[] {
    return ['-p', this.#folder, '-e', 'stderr', '-c', this.file('nginx.conf')];
  }
}

/** Whether somebody listens on a port. */
async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
