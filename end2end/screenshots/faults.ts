// Eight GPUs for the picture of faults: the fourth is lost, of the fifth some readings
// fail, the sixth runs into its power limit.

import { type GpuSpec, NVML, type Scenario } from '../tests/scenario.ts';

/** A program that a GPU runs: file, its arguments, SM in %, memory in GiB. */
export type Work = [command: string, sm: number, gib: number];

const around = (middle: number, swing: number, periodSeconds: number) => ({
  wave: { min: Math.max(0, middle - swing), max: Math.min(100, middle + swing), periodSeconds },
});

interface Card {
  load: [middle: number, swing: number, periodSeconds: number];
  usedGiB: number;
  temperature: number;
  watts: number;
  work: Work[];
  more?: Partial<GpuSpec>;
}

/** Seconds after the start at which readings fail, and at which the GPU is lost. */
const GAP = [30, 37] as const;
const LOST = 44;

/** Of the last minute, as the driver counts it. */
const CAPPED = 0.83;

export const CARDS: Card[] = [
  { load: [97, 1, 9], usedGiB: 73, temperature: 64, watts: 652, work: [['python train.py --cfg configs/llm-7b.yaml', 92, 51.1], ['jupyter-lab notebooks', 0, 17.5]] },
  { load: [88, 8, 21], usedGiB: 61, temperature: 61, watts: 610, work: [['vllm serve qwen3 --port 8000', 83, 42.7], ['triton-server models', 1, 14.6]] },
  { load: [99, 1, 7], usedGiB: 70, temperature: 71, watts: 698, work: [['torchrun pretrain --bf16', 95, 49], ['jupyter-lab notebooks', 2, 16.8]] },
  {
    load: [3, 3, 11], usedGiB: 0.4, temperature: 33, watts: 74, work: [],
    more: { lostAt: LOST, events: [{ at: LOST - 1, xid: 79 }] },
  },
  {
    load: [64, 12, 17], usedGiB: 55, temperature: 58, watts: 455, work: [['python label_video.py --batch 64', 55, 38]],
    more: { errors: { nvmlDeviceGetUtilizationRates: { steps: [[0, 0], [GAP[0], NVML.unknown], [GAP[1], 0]] } } },
  },
  {
    load: [98, 1, 8], usedGiB: 76, temperature: 83, watts: 700, work: [['python finetune.py --lora-rank 64', 93, 53]],
    more: { throttleReasons: '0x4', violationNs: { power: { ramp: { from: 0, to: CAPPED * 3600e9, seconds: 3600 } } } },
  },
  { load: [42, 16, 26], usedGiB: 18, temperature: 49, watts: 310, work: [['python eval.py --suite nightly', 35, 11]] },
  { load: [91, 7, 33], usedGiB: 66, temperature: 66, watts: 640, work: [['python distill.py --student tiny', 88, 45]] },
];

/** The scenario; `run` starts a stand-in for a program and returns its PID. */
export function faults(run: (command: string) => number): Scenario {
  const gpus = CARDS.map(({ load, usedGiB, temperature, watts, work, more }, index): GpuSpec => ({
    name: 'NVIDIA H100 80GB HBM3',
    uuid: `GPU-0${index}cc7978-1111-2222-3333-444444444444`,
    utilization: { gpu: around(...load), memory: 40 },
    memory: { totalMiB: 81_559, usedMiB: usedGiB * 1024, reservedMiB: 0 },
    temperature,
    thresholds: { slowdown: 87, shutdown: 92 },
    fans: [],
    powerMilliwatts: { wave: { min: watts * 990, max: Math.min(700, watts * 1.01) * 1000, periodSeconds: 19 } },
    powerLimitMilliwatts: 700_000,
    enforcedPowerLimitMilliwatts: 700_000,
    clocks: { graphics: 1980, sm: 1980, memory: 2619, video: 1545 },
    maxClocks: { graphics: 1980, sm: 1980, memory: 2619, video: 1545 },
    processes: work.map(([command, sm, gib]) => ({ pid: run(command), memoryMiB: gib * 1024, sm })),
    ...more,
  }));
  return { gpus };
}
