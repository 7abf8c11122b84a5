// What the Dockerfile says, for the tests and for trying its build stage without an engine.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import dockerignore from '@balena/dockerignore';
import { DockerfileParser, ModifiableInstruction } from 'dockerfile-ast';

/**
 * @typedef {object} Instruction
 * @property {string} keyword `RUN`, in capitals
 * @property {string[]} flags `--from=node`
 * @property {string} text what follows the flags, on one line
 * @property {string[]} words the same, word by word; variables have their values
 * @property {number} line
 *
 * @typedef {object} Stage
 * @property {string} image with the values of the variables
 * @property {string} name
 * @property {Instruction[]} instructions those behind FROM
 */

export const ROOT = resolve(import.meta.dirname, '..');

/** @returns {string} */
export const dockerfile = () => readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/**
 * The stages of a Dockerfile in order, variables filled in.
 * @param {string} text
 * @returns {Stage[]}
 */
export function stages(text) {
  const parsed = DockerfileParser.parse(text);
  /** @type {Map<string, string>} */
  const globals = new Map();
  let known = globals;
  /** @type {Stage[]} */
  const stages = [];
  for (const instruction of parsed.getInstructions()) {
    const keyword = instruction.getKeyword();
    const argument = (instruction.getRawArgumentsContent() ?? '').replaceAll(/\\\n(\s*#.*\n)*\s*/g, '');
    const fill = (/** @type {string} */ text) => fillIn(text, known, instruction.getRange().start.line + 1);
    const [first = '', ...more] = words(argument);
    if (keyword === 'FROM') {
      known = globals;
      stages.push({ image: fill(first), name: more[1] ?? '', instructions: [] });
      known = new Map();
      continue;
    }
    if (keyword === 'ARG') {
      const [name = '', value] = first.split('=', 2);
      known.set(name, value ?? globals.get(name) ?? '');
    }
    const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags().map(String) : [];
    const rest = keyword === 'RUN' ? words(argument) : words(argument).map(fill);
    if (keyword === 'ENV') {
      for (const pair of rest) known.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const line = instruction.getRange().start.line + 1;
    stages.at(-1)?.instructions.push({ keyword, flags, text: rest.join(' '), words: rest, line });
  }
  return stages;
}

/** @param {string} text */
function words(text) {
  return text.trim().split(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/);
}

/**
 * @param {string} text
 * @param {Map<string, string>} known
 * @param {number} line
 */
function fillIn(text, known, line) {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name) => {
    const value = known.get(name);
    if (value === undefined) throw new Error(`line ${line} of the Dockerfile: ${name} has no value here`);
    return value;
  });
}

/**
 * Whether a file gets to the builder at all.
 * @returns {(path: string) => boolean}
 */
export function sent() {
  const rules = dockerignore.default().add(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  return (path) => !rules.ignores(path);
}

/** The files of the checkout, those that Git does not know yet included. */
export function checkout() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
}

/**
 * The files of the checkout that COPY takes for a source.
 * @param {string} source
 */
export function copied(source) {
  const wanted = source.replace(/\/$/, '');
  const all = checkout().filter(sent());
  return all.filter((path) => wanted === '.' || path === wanted || path.startsWith(`${wanted}/`));
}
