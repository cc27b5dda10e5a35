import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type SoakClient } from './client.ts';
import { PURPOSE, say } from './consents.ts';
import { disturbancesOf } from './disturbances.ts';
import { createExpectations, QUERY, type Expectations, type Verdict } from './expectations.ts';
import { closedLoop, openLoop } from './load.ts';
import { memoryTrend, residentMegabytes, type MemorySample, type MemoryTrend } from './memoryTrend.ts';
import { startSoakWorld, type SoakWorld } from './startSoakWorld.ts';

/** How to soak. */
export interface SoakOptions {
  /** Of the sources that run. */
  readonly folder: string;
  readonly minutes: number;
  /** Between the beginnings of two disturbances, in seconds. */
  readonly everySeconds: number;
  /** Requests a second; `null`: 70 % of what two gateways answer here. */
  readonly perSecond: number | null;
  /** How long memory is left alone before it is looked at, in seconds. */
  readonly warmUpSeconds: number;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface SoakReport {
  /** Requests a second of two gateways when nothing was held back; `null`: it was not measured. */
  readonly capacity: number | null;
  readonly perSecond: number;
  readonly requests: number;
  readonly failed: number;
  /** The killed subgraph's fields were missing, while they might. */
  readonly withoutTrade: number;
  /** Who permits was masked, while the consent cache was disturbed. */
  readonly masked: number;
  readonly leaked: number;
  readonly withdrawals: number;
  /** What was wrong, each with how often. */
  readonly problems: ReadonlyMap<string, number>;
  /** In ms. */
  readonly p50: number;
  readonly p99: number;
  readonly disturbances: ReadonlyMap<string, number>;
  readonly crashes: number;
  /** What the gateways complained of in their logs, each with how often. */
  readonly complaints: ReadonlyMap<string, number>;
  /** Of the gateway that served all the time; `null`: too short to say. */
  readonly memory: MemoryTrend | null;
}

const CAPACITY_CONNECTIONS = 16;
const CAPACITY_SECONDS = 10;
const LOAD_SHARE = 0.7;
const SAMPLE_MS = 5_000;
const CHANGE_MS = 2_000;

/** Runs it. Throws where something cannot be started. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { folder, minutes, everySeconds, warmUpSeconds, say: tell } = options;
  await using opened = new AsyncDisposableStack();
  const world = await startSoakWorld({ folder, noticeSeconds: 1 });
  opened.defer(world.close);
  const client = createClient(world.balancer.url, world.keys);
  opened.defer(client.close);
  const expectations = createExpectations();
  for (const id of [...expectations.permitting, ...expectations.changing])
    await say(client, 'grantConsent', id);
  for (const id of expectations.refusing.slice(0, 4)) await say(client, 'refuseConsent', id);

  const problems = new Map<string, number>();
  const latencies: number[] = [];
  const totals = { requests: 0, failed: 0, withoutTrade: 0, masked: 0, leaked: 0, withdrawals: 0 };
  const problem = (words: string): void => void problems.set(words, (problems.get(words) ?? 0) + 1);
  const count = ({ failed, leaked, withoutTrade, masked }: Verdict): void => {
    totals.requests += 1;
    if (failed !== null) totals.failed += 1;
    if (failed !== null) problem(failed);
    if (leaked.length > 0) totals.leaked += 1;
    for (const id of leaked) problem(`a value of ${id} was shown`);
    if (withoutTrade) totals.withoutTrade += 1;
    if (masked) totals.masked += 1;
  };
  const send = async (): Promise<void> => {
    const answer = await client.send({ query: QUERY, client: 'mail-campaign', purpose: PURPOSE });
    latencies.push(answer.ended - answer.began);
    count(expectations.judge(answer));
  };

  tell('warming up');
  await closedLoop(CAPACITY_CONNECTIONS, CAPACITY_SECONDS, send);
  const capacity =
    options.perSecond === null ? await closedLoop(CAPACITY_CONNECTIONS, CAPACITY_SECONDS, send) : null;
  const perSecond = options.perSecond ?? Math.max(1, Math.round((capacity ?? 0) * LOAD_SHARE));
  if (capacity !== null)
    tell(`capacity: ${capacity.toFixed(0)} requests a second; ${String(perSecond)} are sent`);
  latencies.length = 0;

  const over = new AbortController();
  const began = performance.now();
  const samples: MemorySample[] = [];
  const happened = new Map<string, number>();
  const loading = openLoop(perSecond, over.signal, send);
  const others = [
    watchMemory(world, samples, over.signal, began),
    changeMinds(client, expectations, over.signal, {
      withdrawn: () => void (totals.withdrawals += 1),
      failed(error) {
        totals.failed += 1;
        problem(error instanceof Error ? error.message : String(error));
      },
    }),
  ];
  const disturbances = await disturbancesOf(world, client, expectations);
  const end = began + minutes * 60_000;
  for (let turn = 0; performance.now() < end; turn++) {
    const next = began + (turn + 1) * everySeconds * 1_000;
    await sleep(Math.max(0, Math.min(next, end) - performance.now()));
    const disturbance = disturbances[turn % disturbances.length];
    if (performance.now() >= end || disturbance === undefined) break;
    const at = ((performance.now() - began) / 1_000).toFixed(0);
    tell(
      `${at} s: ${disturbance.name}; ${String(totals.requests)} requests, ${String(totals.failed)} failed, ${String(totals.leaked)} leaks`,
    );
    await disturbance.happen();
    happened.set(disturbance.name, (happened.get(disturbance.name) ?? 0) + 1);
  }
  over.abort();
  await Promise.all([loading, ...others]);

  const sorted = latencies.toSorted((a, b) => a - b);
  const all = [...world.gateways, world.consent, world.accounts];
  return {
    capacity,
    perSecond,
    ...totals,
    problems,
    p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    disturbances: happened,
    crashes: all.reduce((sum, each) => sum + each.crashes(), 0),
    complaints: countedComplaints(world),
    memory: memoryTrend(samples.filter(({ seconds }) => seconds >= warmUpSeconds)),
  };
}

/** By message, kind and code: the rest differs from line to line. */
function countedComplaints({ gateways }: SoakWorld): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const line of gateways.flatMap((each) => each.complaints())) {
    const told = [...line.matchAll(/"(?:msg|error|code|at|problem|subgraph)":"[^"]*"/g)].map(
      ([part]) => part,
    );
    const words = told.join(' ').slice(0, 300);
    counted.set(words, (counted.get(words) ?? 0) + 1);
  }
  return counted;
}

/** Samples the memory of the gateway that is never stopped. */
async function watchMemory(
  { gateways: [gateway] }: SoakWorld,
  samples: MemorySample[],
  over: AbortSignal,
  began: number,
): Promise<void> {
  while (!over.aborted) {
    const pid = gateway.pid();
    const megabytes = pid === null ? null : await residentMegabytes(pid);
    if (megabytes !== null) samples.push({ seconds: (performance.now() - began) / 1_000, megabytes });
    await sleep(SAMPLE_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

/** Some withdraw, stay hidden for a while, and give consent again. */
async function changeMinds(
  client: SoakClient,
  { changing, withdrew, gives }: Expectations,
  over: AbortSignal,
  told: { readonly withdrawn: () => void; readonly failed: (error: unknown) => void },
): Promise<void> {
  for (let turn = 0; !over.aborted; turn++) {
    const id = changing[turn % changing.length] ?? '';
    try {
      const { effectiveInMs, ended } = await say(client, 'withdrawConsent', id);
      withdrew(id, ended + effectiveInMs);
      told.withdrawn();
      await sleep(CHANGE_MS + effectiveInMs, undefined, { signal: over }).catch(() => undefined);
      gives(id);
      await say(client, 'grantConsent', id);
    } catch (error) {
      told.failed(error);
    }
  }
}
