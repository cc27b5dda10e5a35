import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Which processor the gateways run on, and which the load, the subgraphs and Redis. */
export interface Processors {
  /** Said with the results. */
  readonly about: string;
  /** A command line that runs another one on the gateways' processor. */
  readonly pinned: (
    command: string,
    args: readonly string[],
  ) => readonly [command: string, ...args: string[]];
}

/**
 * Moves this process, and whatever it starts from now on, to the second processor and keeps the first for the
 * gateways, where `taskset` (util-linux) is there and there are two.
 */
export async function divideProcessors(): Promise<Processors> {
  if (process.platform !== 'linux') return unpinned('only on Linux');
  if (availableParallelism() < 2) return unpinned('there is but one');
  try {
    await run('taskset', ['-a', '-c', '-p', '1', String(process.pid)]);
  } catch {
    return unpinned('taskset is not installed or not permitted');
  }
  return {
    about: 'each gateway alone on processor 0; load, subgraphs and Redis on processor 1',
    pinned: (command, args) => ['taskset', '-c', '0', command, ...args],
  };
}

function unpinned(why: string): Processors {
  return {
    about: `not pinned to processors (${why}): figures vary more`,
    pinned: (command, args) => [command, ...args],
  };
}
