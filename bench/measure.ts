import { checkAnswer } from './checkAnswer.ts';
import type { Contestant } from './contestants.ts';
import type { GatewayProcess } from './gatewayProcess.ts';
import { load, requestBytes, turns, type LoadResult } from './load/load.ts';
import type { BenchRequest } from './scenarios.ts';
import type { World } from './startWorld.ts';
import { plainIds, writePlainConsents } from './world/plainConsents.ts';

/** A gateway that has given the right answer to each of these requests. */
export interface Checked {
  readonly gateway: GatewayProcess;
  readonly requests: readonly Buffer[];
  readonly lengths: readonly number[];
  /** Goes on from one measurement to the next, so that all requests get their turn. */
  readonly next: () => number;
}

/** How hard and how long. */
export interface Effort {
  readonly connections: number;
  readonly seconds: number;
}

/** One measurement. */
export interface Measured extends LoadResult {
  readonly requestsPerSecond: number;
  /** CPU time of the gateway's process for each request, in ms. */
  readonly cpuMs: number;
  /** Share of one processor that the gateway used: well below 1, something else was the limit. */
  readonly busy: number;
}

/**
 * Sends each request once and checks the answer, which also records what subgraphs answer and fills the cache.
 *
 * @throws Error naming the row and what was wrong.
 */
export async function check(
  world: World,
  contestant: Contestant,
  gateway: GatewayProcess,
  requests: readonly BenchRequest[],
): Promise<Checked> {
  const headers = world.callers[contestant.headers];
  const lengths: number[] = [];
  const sent = contestant.requests === 'one' ? requests.slice(0, 1) : requests;
  for (const request of sent) {
    const expected = await world.expect(request, contestant.view);
    if (contestant.module === 'handWritten') await writePlainConsents(world.redisUrl, plainIds(expected));
    lengths.push(
      await checkAnswer(gateway.url, request, headers, expected).catch((error: unknown) => {
        const what = error instanceof Error ? error.message : String(error);
        throw new Error(`${contestant.label} ${what}\n${gateway.written()}`);
      }),
    );
  }
  return {
    gateway,
    requests: sent.map((request) => requestBytes(gateway.url, request, headers)),
    lengths,
    next: turns(sent.length),
  };
}

/** Measures a gateway. @throws Error where an answer differs from those that were checked. */
export async function measure({ gateway, ...sent }: Checked, effort: Effort): Promise<Measured> {
  const before = await gateway.usage();
  const result = await load({ url: gateway.url, ...sent, ...effort });
  const after = await gateway.usage();
  if (result.wrong > 0) throw new Error(`${result.wrong} of ${result.requests} answers were not as checked.`);
  const cpuMs = (after.cpu - before.cpu) / 1_000 / result.requests;
  return {
    ...result,
    requestsPerSecond: result.requests / result.seconds,
    cpuMs,
    busy: (cpuMs * result.requests) / (result.seconds * 1_000),
  };
}

const WARM_UP_REQUESTS = 12_000;
const WARM_UP_SECONDS = 8;

/** Lets the compilers of a gateway see requests before they are measured: so many, or so long. */
export async function warmUp(checked: Checked, connections: number): Promise<void> {
  let requests = 0;
  for (let seconds = 0; seconds < WARM_UP_SECONDS && requests < WARM_UP_REQUESTS; seconds += 0.5) {
    requests += (await measure(checked, { connections, seconds: 0.5 })).requests;
  }
}
