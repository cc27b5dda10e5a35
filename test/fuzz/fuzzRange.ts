import * as fc from 'fast-check';
import { parse, validate } from 'graphql';
import { checkCase, type FuzzCase } from './checkCase.ts';
import { startConsentSource } from './consentSource.ts';
import { createCoverage, type Coverage } from './coverage.ts';
import { startWorld, type FuzzWorld } from './fuzzWorld.ts';
import { randomOperation, type RandomOperation } from './operation.ts';

/** Cases that one supergraph serves for: composing takes as long as several of them. */
export const CASES_PER_WORLD = 100;

/** A range of worlds to go through, each with `CASES_PER_WORLD` cases. */
export interface FuzzRange {
  /** Seed of the first world; the next worlds have the next seeds. */
  readonly seed: number;
  readonly runs: number;
  /** How many seeds it may use; by default as many as it takes. */
  readonly worlds?: number;
  /** A path that fast-check told of a failure in the world of `seed`. */
  readonly path?: string;
}

export interface FuzzResult {
  readonly checked: number;
  readonly failures: readonly FuzzFailure[];
  readonly coverage: Coverage;
  readonly firstSeed: number;
  readonly lastSeed: number;
}

export interface FuzzFailure {
  readonly seed: number;
  readonly path: string;
  readonly message: string;
}

/** Checks so many cases, world by world; a world that fails is left for the next one. */
export async function fuzzRange({ seed, runs, worlds = Infinity, path }: FuzzRange): Promise<FuzzResult> {
  const consents = await startConsentSource();
  const coverage = createCoverage();
  const failures: FuzzFailure[] = [];
  let checked = 0;
  let at = seed;
  try {
    for (; checked < runs && at < seed + worlds; at++) {
      const world = await startWorld(at, consents);
      if (world === null) {
        if (path !== undefined) break;
        continue;
      }
      const numRuns = Math.min(CASES_PER_WORLD, runs - checked);
      try {
        const outcome = await fc.check(
          fc.asyncProperty(caseOf(world), async (fuzzCase) => {
            fc.pre(isValid(world, fuzzCase.operation));
            coverage.add(await checkCase(world, consents, fuzzCase));
          }),
          {
            seed: at,
            numRuns,
            maxSkipsPerRun: 100,
            interruptAfterTimeLimit: 120_000,
            ...(path === undefined ? {} : { path }),
          },
        );
        checked += outcome.numRuns;
        if (outcome.failed) {
          const { errorInstance: error } = outcome;
          const message = error instanceof Error ? error.message : String(error);
          failures.push({
            seed: at,
            path: outcome.counterexamplePath ?? '',
            message: message || 'interrupted',
          });
        }
      } finally {
        await world.stop();
      }
      if (path !== undefined) break;
    }
  } finally {
    await consents.stop();
  }
  return { checked, failures, coverage, firstSeed: seed, lastSeed: at - 1 };
}

function caseOf(world: FuzzWorld): fc.Arbitrary<FuzzCase> {
  const ids = [...world.model.objects.values()].flatMap(({ kind, name }) =>
    kind === 'entity' ? [`${name}-1`] : [],
  );
  const query = randomOperation(world.schema, 'query', 4, { ids });
  const operation = world.schema.getMutationType()
    ? fc.oneof(
        { weight: 6, arbitrary: query },
        { weight: 1, arbitrary: randomOperation(world.schema, 'mutation', 3, { ids }) },
      )
    : query;
  return fc.record({ operation, seed: fc.noShrink(fc.nat()) });
}

function isValid({ schema }: FuzzWorld, { query }: RandomOperation): boolean {
  return validate(schema, parse(query)).length === 0;
}
