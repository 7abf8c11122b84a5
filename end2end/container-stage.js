// Does what the Dockerfile's build stage does, without an engine: in a new folder, with
// the files that an engine would be sent and no others.
//
//     node end2end/container-stage.js [FOLDER]
//
// Rust, Node.js and the downloads are those of this machine; so are the tools that
// scripts/tools.sh built before, unless GPU_OBSERVATORY_TOOLS names an empty folder.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { copied, dockerfile, ROOT, stages } from './dockerfile.js';

const say = (/** @type {string} */ text) => console.log(`==> ${text}`);

const folder = resolve(process.argv[2] ?? mkdtempSync(join(tmpdir(), 'gpu-observatory-stage-')));
mkdirSync(folder, { recursive: true });
if (readdirSync(folder).length > 0) {
  console.error(`error: ${folder} is not empty`);
  process.exit(2);
}

const stage = stages(dockerfile()).find(({ name }) => name === 'build');
if (!stage) throw new Error('the Dockerfile has no stage build');
const made = stages(dockerfile()).at(-1)?.instructions.find(({ keyword }) => keyword === 'COPY')?.words[0] ?? '';

let inside = '/';
const env = { ...process.env };
// What the stage sets for itself is not taken from this shell.
delete env.RUSTUP_TOOLCHAIN;
delete env.CARGO_TARGET_DIR;

for (const { keyword, flags, words, text, line } of stage.instructions) {
  const place = join(folder, relative('/', inside));
  if (keyword === 'WORKDIR') {
    inside = text;
    mkdirSync(join(folder, relative('/', inside)), { recursive: true });
  } else if (keyword === 'COPY' && flags.length === 0) {
    const target = words.at(-1) ?? '.';
    for (const source of words.slice(0, -1)) copy(source, join(place, target), target.endsWith('/'));
    say(`line ${line}: COPY ${text}`);
  } else if (keyword === 'RUN') {
    say(`line ${line}: RUN ${text}`);
    const { status } = spawnSync('/bin/sh', ['-c', text], { cwd: place, env, stdio: 'inherit' });
    if (status !== 0) {
      console.error(`error: line ${line} ended with ${status}; what it left is in ${folder}`);
      process.exit(1);
    }
  } else {
    say(`line ${line}: ${keyword} ${text}: left out, this machine's own is used`);
  }
}

const program = join(folder, relative('/', made));
say(`${program}: ${(statSync(program).size / 2 ** 20).toFixed(1)} MiB`);
const { status } = spawnSync(program, ['--version'], { cwd: folder, stdio: 'inherit' });
process.exit(status ?? 1);

/**
 * As COPY does it: a file into a folder, or a folder's content into one.
 * @param {string} source
 * @param {string} target
 * @param {boolean} into
 */
function copy(source, target, into) {
  const whole = source === '.' ? ROOT : join(ROOT, source);
  for (const path of copied(source)) {
    const from = join(ROOT, path);
    const inner = statSync(whole).isDirectory() ? relative(whole, from) : into ? path.split('/').at(-1) ?? '' : '';
    const to = join(target, inner);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { preserveTimestamps: true });
  }
}
