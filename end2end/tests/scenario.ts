// What the fake driver plays: the part of its scenario files that these tests use.

/** A number, or one that changes over time; null: not supported. */
export type Value =
  | number
  | null
  | { wave: { min: number; max: number; periodSeconds: number } }
  | { steps: [number, number | null][] }
  | { ramp: { from: number; to: number; seconds: number } };

export interface ProcessSpec {
  pid: number;
  memoryMiB?: Value;
  type?: 'compute' | 'graphics' | 'both';
  sm?: Value;
}

export interface GpuSpec {
  name?: string;
  uuid?: string;
  utilization?: { gpu: Value; memory?: Value } | null;
  encoder?: Value;
  decoder?: Value;
  memory?: { totalMiB: number; usedMiB: Value; reservedMiB?: number } | null;
  temperature?: Value;
  /** °C at which the driver slows the GPU down, and at which it goes off. */
  thresholds?: Record<'slowdown' | 'shutdown', number>;
  fans?: Value[];
  powerMilliwatts?: Value;
  powerLimitMilliwatts?: Value;
  enforcedPowerLimitMilliwatts?: Value;
  clocks?: { graphics: Value; sm: Value; memory: Value; video: Value };
  maxClocks?: { graphics: Value; sm: Value; memory: Value; video: Value };
  throttleReasons?: string;
  /** Counters of what held the clocks back. */
  violationNs?: Record<string, Value>;
  processes?: ProcessSpec[];
  lostAt?: number | null;
  events?: { at: number; xid: number }[];
  /** NVML function to the code that it returns. */
  errors?: Record<string, Value>;
  /** NVML function to the milliseconds that it blocks. */
  delaysMs?: Record<string, Value>;
}

export interface Scenario {
  driverVersion?: string;
  init?: { error?: number | null; delayMs?: number; untilSeconds?: number | null };
  /** How many GPUs; beyond the list, clones of the last one. */
  gpuCount?: number | null;
  errors?: Record<string, Value>;
  delaysMs?: Record<string, Value>;
  gpus?: GpuSpec[];
}

/** NVML's return codes. */
export const NVML = { notSupported: 3, noPermission: 4, driverNotLoaded: 9, gpuIsLost: 15, unknown: 999 } as const;

export const steady: GpuSpec = {
  name: 'NVIDIA H200',
  uuid: 'GPU-11111111-2222-3333-4444-555555555555',
  utilization: { gpu: 37, memory: 12 },
  encoder: 5,
  decoder: 9,
  memory: { totalMiB: 143_360, usedMiB: 25_600, reservedMiB: 0 },
  temperature: 64,
  fans: [43],
  powerMilliwatts: 312_400,
  powerLimitMilliwatts: 700_000,
  enforcedPowerLimitMilliwatts: 700_000,
  processes: [],
};

/** A GPU whose line never comes to rest. */
export const busy: GpuSpec = {
  ...steady,
  utilization: { gpu: { wave: { min: 5, max: 95, periodSeconds: 4 } }, memory: 30 },
  memory: { totalMiB: 143_360, usedMiB: { wave: { min: 10_240, max: 122_880, periodSeconds: 6 } }, reservedMiB: 0 },
};
