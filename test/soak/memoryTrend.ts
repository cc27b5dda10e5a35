import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Resident memory of a process at a time. */
export interface MemorySample {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Resident memory of a process, in MB; `null`: it is not there. */
export async function residentMegabytes(pid: number): Promise<number | null> {
  return await run('ps', ['-o', 'rss=', '-p', String(pid)]).then(
    ({ stdout }) => Number(stdout.trim()) / 1024,
    () => null,
  );
}

/** A straight line through samples (least squares), at their first and last time. */
export interface MemoryTrend {
  readonly startMegabytes: number;
  readonly endMegabytes: number;
  readonly perMinute: number;
}

/** Fits the line; `null` where there are too few samples to say anything. */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 5) return null;
  const meanTime = samples.reduce((sum, { seconds }) => sum + seconds, 0) / samples.length;
  const mean = samples.reduce((sum, { megabytes }) => sum + megabytes, 0) / samples.length;
  let above = 0;
  let below = 0;
  for (const { seconds, megabytes } of samples) {
    above += (seconds - meanTime) * (megabytes - mean);
    below += (seconds - meanTime) ** 2;
  }
  const slope = above / below;
  return {
    startMegabytes: mean + slope * (first.seconds - meanTime),
    endMegabytes: mean + slope * (last.seconds - meanTime),
    perMinute: slope * 60,
  };
}
