// The figures as a file and as the table of docs/performance.md.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RESULTS = join(import.meta.dirname, '../bench-results');

/** Each run's value of each figure, by case. */
const results: Record<string, Record<string, number[]>> = {};

export function add(name: string, figures: object): void {
  const of = (results[name] ??= {});
  for (const [key, value] of Object.entries(figures)) (of[key] ??= []).push(value);
}

interface Spread {
  median: number;
  least: number;
  most: number;
}

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[Math.floor(place)] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(middle) + at(middle + 0.5)) / 2, least: at(0), most: at(sorted.length - 1) };
}

const digits = (value: number) => value.toFixed(Math.abs(value) < 9.95 ? 1 : 0);

/** "12 (11 to 14)", and that several times for several figures. */
function cell(name: string, keys: string[], scale = 1): string {
  const told = keys.map((key) => {
    const values = results[name]?.[key]?.map((value) => value * scale) ?? [];
    const { median, least, most } = spread(values);
    return values.length > 1 ? `${digits(median)} (${digits(least)} to ${digits(most)})` : digits(median);
  });
  return told.join(' / ');
}

const rows: [what: string, name: string, keys: string[], goal: string, scale?: number][] = [
  ['code over the wire (HTML, CSS, JS, WASM), kB', '8 GPUs at 1 Hz', ['code'], '120', 1e-3],
  ['... HTML with its CSS / JS / WASM', '8 GPUs at 1 Hz', ['html', 'js', 'wasm'], '', 1e-3],
  ['fonts over the wire, kB', '8 GPUs at 1 Hz', ['fonts'], '45', 1e-3],
  ['first contentful paint / first GPU card / first live update, ms', '8 GPUs at 1 Hz', ['firstPaint', 'firstCard', 'firstUpdate'], '150 / 150 / 500'],
  ['... of a page with one word', '8 GPUs at 1 Hz', ['floor'], ''],
  ['layout shift', '8 GPUs at 1 Hz', ['shift'], '0'],
  ['main-thread work per update at 1 Hz, 8 GPUs, ms', '8 GPUs at 1 Hz', ['task'], '5'],
  ['... script / style / layout', '8 GPUs at 1 Hz', ['script', 'style', 'layout'], ''],
  ['the same at 10 Hz', '8 GPUs at 10 Hz', ['task'], '4'],
  ['... script / style / layout', '8 GPUs at 10 Hz', ['script', 'style', 'layout'], ''],
  ['... renderer / GPU process, % of a core', '8 GPUs at 10 Hz', ['renderer', 'compositor'], '10 together'],
  ['64 GPUs at 1 Hz, ms per update', '64 GPUs at 1 Hz', ['task'], ''],
  ['64 GPUs at 10 Hz, ms per update', '64 GPUs at 10 Hz', ['task'], '16'],
  ['heap after collection, MiB', '8 GPUs at 10 Hz', ['heap'], '6'],
  ['... its growth over the long run', '8 GPUs at 10 Hz, long', ['growth'], '0'],
  ['frames per second while nothing changes', '2 GPUs that rest, at 1 Hz', ['frames'], ''],
];

/** Writes all of it, and shows the table. */
export function save(): void {
  mkdirSync(RESULTS, { recursive: true });
  const measured = Object.entries(results).map(([name, figures]) => [
    name,
    Object.fromEntries(Object.entries(figures).map(([key, values]) => [key, { ...spread(values), values }])),
  ]);
  writeFileSync(join(RESULTS, 'page.json'), `${JSON.stringify(Object.fromEntries(measured), null, 2)}\n`);
  const lines = rows
    .filter(([, name, keys]) => results[name]?.[keys[0] ?? ''])
    .map(([what, name, keys, goal, scale]) => `| ${what} | ${cell(name, keys, scale)} | ${goal} |`);
  const table = ['| measured | median (least to most) | goal |', '|---|---|---|', ...lines, ''].join('\n');
  writeFileSync(join(RESULTS, 'page.md'), table);
  console.log(table);
}
