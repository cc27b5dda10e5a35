import type { Contestant } from './contestants.ts';
import { requestsOf } from './compare.ts';
import { checkAnswer } from './checkAnswer.ts';
import type { GatewayProcess } from './gatewayProcess.ts';
import { distinct } from './growthSteps.ts';
import { load, requestBytes, turns } from './load/load.ts';
import { check, type Checked } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import type { World } from './startWorld.ts';
import { slope } from './statistics.ts';

/** How long, and with what. */
export interface MemoryOptions {
  readonly contestant: Contestant;
  readonly scenarios: readonly Scenario[];
  /** Of both kinds of load together. */
  readonly minutes: number;
  readonly connections: number;
  readonly variants: number;
  readonly say: (line: string) => void;
}

/** One look at a gateway's memory, in MB, after a garbage collection. */
export interface MemorySample {
  readonly minute: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly requests: number;
}

/** Memory under one kind of load. */
export interface MemorySeries {
  readonly load: 'mixed' | 'never repeated';
  readonly samples: readonly MemorySample[];
  /** MB a minute over the second half. */
  readonly rssSlope: number;
  readonly heapSlope: number;
  readonly verdict: 'flat' | 'grows';
}

/** Looks at memory while it is under load. */
export async function measureMemory(world: World, options: MemoryOptions): Promise<readonly MemorySeries[]> {
  const gateway = await world.start(options.contestant);
  return [
    await watch('mixed', gateway, options, await mixedLoad(world, gateway, options)),
    await watch('never repeated', gateway, options, await neverRepeated(world, gateway, options)),
  ];
}

/** One stretch of load, of so many seconds; returns how many requests were answered. */
type Stretch = (seconds: number) => Promise<number>;

const BYTES_IN_MB = 1024 * 1024;

/** Samples of one series. */
const SAMPLES = 30;

/** Distinct operations that fill whatever keeps them: Sudare keeps 1 000, Apollo Server documents of 30 MB. */
const FILLING = 12_000;

/** What the heap may grow by over the second half of a series, in MB, and still count as flat. */
const NOISE_MB = 8;

async function watch(
  kind: MemorySeries['load'],
  gateway: GatewayProcess,
  { minutes, say }: MemoryOptions,
  stretch: Stretch,
): Promise<MemorySeries> {
  const seconds = (minutes * 60) / 2 / SAMPLES;
  const samples: MemorySample[] = [];
  const began = performance.now();
  let requests = 0;
  for (let index = 0; index < SAMPLES; index += 1) {
    requests += await stretch(seconds);
    const { rss, heapUsed } = await gateway.memory();
    const minute = (performance.now() - began) / 60_000;
    samples.push({ minute, rss: rss / BYTES_IN_MB, heapUsed: heapUsed / BYTES_IN_MB, requests });
    say(`${kind}: ${minute.toFixed(1)} min, RSS ${(rss / BYTES_IN_MB).toFixed(0)} MB`);
  }
  const late = samples.slice(SAMPLES / 2);
  const rssSlope = slope(late.map(({ minute, rss }) => [minute, rss]));
  const heapSlope = slope(late.map(({ minute, heapUsed }) => [minute, heapUsed]));
  const spanned = (late.at(-1)?.minute ?? 0) - (late[0]?.minute ?? 0);
  // Of memory that is in use after a collection: pages that the allocator keeps come and go.
  const verdict = heapSlope * spanned > NOISE_MB ? 'grows' : 'flat';
  return { load: kind, samples, rssSlope, heapSlope, verdict };
}

/** The scenarios in turn, checked before. */
async function mixedLoad(world: World, gateway: GatewayProcess, options: MemoryOptions): Promise<Stretch> {
  const { contestant, scenarios, variants, connections } = options;
  const all: Checked[] = [];
  for (const scenario of scenarios) {
    all.push(await check(world, contestant, gateway, requestsOf(scenario, variants)));
  }
  return async (seconds) => {
    let requests = 0;
    for (const { gateway: _, ...sent } of all) {
      const result = await load({
        url: gateway.url,
        ...sent,
        connections,
        seconds: seconds / all.length,
      });
      if (result.wrong > 0) throw new Error(`${result.wrong} answers were not as checked.`);
      requests += result.requests;
    }
    return requests;
  };
}

/**
 * Operations that are sent once each; the subgraphs forget them, too. Bounded caches grow until they are full, so
 * they are filled before anything is watched.
 */
async function neverRepeated(
  world: World,
  gateway: GatewayProcess,
  { contestant, connections, say }: MemoryOptions,
): Promise<Stretch> {
  const headers = world.callers[contestant.headers];
  let next = 0;
  const send = async (count: number): Promise<number> => {
    const bytes = Array.from({ length: count }, (_, index) =>
      requestBytes(gateway.url, distinct(next + index), headers),
    );
    next += count;
    const { requests, wrong } = await load({
      url: gateway.url,
      requests: bytes,
      next: turns(count),
      lengths: null,
      connections,
      seconds: 'once',
    });
    if (wrong > 0) throw new Error(`${wrong} answers were not 200.`);
    return requests;
  };

  await checkAnswer(
    gateway.url,
    distinct(next),
    headers,
    await world.expect(distinct(next), contestant.view),
  );
  next += 1;
  for (let sent = 0; sent < FILLING; sent += FILLING / 16) {
    world.subgraphs.forget();
    await send(FILLING / 16);
    say(`never repeated: filling caches, ${next} of ${FILLING}`);
  }
  return async (seconds) => {
    world.subgraphs.forget();
    const until = performance.now() + seconds * 1_000;
    let requests = 0;
    while (performance.now() < until) requests += await send(connections * 4);
    return requests;
  };
}
