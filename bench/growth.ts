import { readFile } from 'node:fs/promises';
import { isTypeDefinitionNode, parse } from 'graphql';
import type { Contestant } from './contestants.ts';
import type { GatewayProcess } from './gatewayProcess.ts';
import { GROWTH, type GrowthStep } from './growthSteps.ts';
import { check, measure, warmUp, type Checked } from './measure.ts';
import type { World } from './startWorld.ts';
import { median } from './statistics.ts';
import { githubTypes } from './world/githubTypes.ts';
import { composeWorld, type Annotation } from './world/subgraphs.ts';

/** How to measure growth. */
export interface GrowthOptions {
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** One point: for each row, by name, the CPU time of a request in ms. */
export interface GrowthPoint {
  readonly x: number;
  readonly label: string;
  /** Of the first row's answer. */
  readonly bytes: number;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** What a supergraph costs before any request. */
export interface StartCost {
  readonly types: number;
  readonly startMs: number;
  /** Bytes. */
  readonly rss: number;
}

/** What `--growth` finds. */
export interface Growth {
  readonly dimensions: Readonly<Record<string, readonly GrowthPoint[]>>;
  /** By row and schema. */
  readonly starts: Readonly<Record<string, Readonly<Record<GrowthStep['schema'], StartCost>>>>;
}

/** Measures each dimension of `GROWTH`, the rows in turn at each point. */
export async function measureGrowth(world: World, options: GrowthOptions): Promise<Growth> {
  const { contestants, say } = options;
  const large: Readonly<Record<Annotation, string>> = {
    plain: await writeLarge(world, 'plain'),
    annotated: await writeLarge(world, 'annotated'),
  };
  const types = { small: await typesOf(world.supergraphs.plain), large: await typesOf(large.plain) };
  const gateways = {
    small: new Map<Contestant, GatewayProcess>(),
    large: new Map<Contestant, GatewayProcess>(),
  };
  const starts: Record<string, Record<GrowthStep['schema'], StartCost>> = {};
  for (const contestant of contestants) {
    const start = async (schema: GrowthStep['schema'], file: string): Promise<StartCost> => {
      const began = performance.now();
      const gateway = await world.start(contestant, file);
      const startMs = performance.now() - began;
      gateways[schema].set(contestant, gateway);
      return { types: types[schema], startMs, rss: (await gateway.memory()).rss };
    };
    starts[contestant.name] = {
      small: await start('small', world.supergraphs[contestant.supergraph]),
      large: await start('large', large[contestant.supergraph]),
    };
  }

  const dimensions: Record<string, GrowthPoint[]> = {};
  for (const { name, steps } of GROWTH) {
    dimensions[name] = [];
    for (const step of steps) {
      dimensions[name].push(await measurePoint(world, options, step, gateways[step.schema]));
      say(`${name}: ${step.label}`);
    }
  }
  return { dimensions, starts };
}

async function measurePoint(
  world: World,
  { rounds, seconds }: GrowthOptions,
  { x, label, requests, connections }: GrowthStep,
  gateways: ReadonlyMap<Contestant, GatewayProcess>,
): Promise<GrowthPoint> {
  world.subgraphs.forget();
  const checked = new Map<string, Checked>();
  for (const [contestant, gateway] of gateways) {
    const one = await check(world, contestant, gateway, requests);
    await warmUp(one, connections);
    checked.set(contestant.name, one);
  }
  const found = new Map<string, number[]>([...checked.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, one] of checked) {
      found.get(name)?.push((await measure(one, { connections, seconds })).cpuMs);
    }
  }
  const [first] = checked.values();
  return {
    x,
    label,
    bytes: first?.lengths[0] ?? 0,
    cpuMs: Object.fromEntries([...found].map(([name, values]) => [name, median(values)])),
  };
}

/** A supergraph with all of GitHub's types, of which nothing is asked. */
async function writeLarge(world: World, annotation: Annotation): Promise<string> {
  const github = { name: 'github', url: 'http://github.invalid/graphql', typeDefs: githubTypes() };
  return await world.write(
    `large-${annotation}.graphql`,
    composeWorld(world.subgraphs.urls, annotation, [github]),
  );
}

async function typesOf(file: string): Promise<number> {
  return parse(await readFile(file, 'utf8')).definitions.filter(isTypeDefinitionNode).length;
}
