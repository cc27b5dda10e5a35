import type { BenchRequest } from './scenarios.ts';

/** One point of a dimension. */
export interface GrowthStep {
  /** Where it stands on the axis. */
  readonly x: number;
  readonly label: string;
  readonly requests: readonly BenchRequest[];
  readonly connections: number;
  /** `large`: with all types of GitHub's schema beside its own. */
  readonly schema: 'small' | 'large';
}

/** One thing that grows while all else stays. */
export interface GrowthDimension {
  readonly name: string;
  readonly about: string;
  readonly steps: readonly GrowthStep[];
}

/** How many prepared operations Sudare keeps unless told otherwise. */
const KEPT_OPERATIONS = 1_000;

/** Requests that take turns, unless they are large. */
const VARIANTS = 4;

/** The dimensions of `npm run bench -- --growth`. */
export const GROWTH: readonly GrowthDimension[] = Object.freeze([
  {
    name: 'subjects',
    about: 'people in the answer, five personal fields each',
    steps: [1, 10, 100, 1_000, 10_000].map((size) => ({
      x: size,
      label: String(size),
      requests: seeds(size > 1_000 ? 1 : VARIANTS).map((seed) =>
        team(size, seed, 'id name email phone address nickname'),
      ),
      connections: size > 1_000 ? 2 : 8,
      schema: 'small',
    })),
  },
  {
    name: 'fields',
    about: 'personal fields of each of 200 people',
    steps: [0, 1, 5, 10, 25, 50].map((count) => ({
      x: count,
      label: String(count),
      requests: seeds(VARIANTS).map((seed) => team(200, seed, `id plan ${fields(count)}`)),
      connections: 8,
      schema: 'small',
    })),
  },
  {
    name: 'size',
    about: 'bytes of an answer without anything personal, from one fetch',
    steps: [
      [6, '1 KB'],
      [58, '10 KB'],
      [580, '100 KB'],
      [5_800, '1 MB'],
      [29_000, '5 MB'],
    ].map(([size, label]) => ({
      x: Number(size),
      label: String(label),
      requests: seeds(Number(size) > 1_000 ? 1 : VARIANTS).map((seed) => catalogue(Number(size), seed)),
      connections: Number(size) > 1_000 ? 2 : 8,
      schema: 'small',
    })),
  },
  {
    name: 'schema',
    about: 'the same request, alone and beside all types of GitHub’s schema',
    steps: (['small', 'large'] as const).map((schema, x) => ({
      x,
      label: schema === 'small' ? 'own types' : 'and GitHub’s',
      requests: seeds(VARIANTS).map((seed) => team(200, seed, 'id name email phone address nickname')),
      connections: 8,
      schema,
    })),
  },
  {
    name: 'operations',
    about: `distinct operations that take turns; Sudare keeps ${KEPT_OPERATIONS} prepared`,
    steps: [1, 100, 900, 1_500].map((count) => ({
      x: count,
      label: String(count),
      requests: seeds(count).map((seed) => distinct(seed)),
      connections: 8,
      schema: 'small',
    })),
  },
] satisfies readonly GrowthDimension[]);

/** An operation of its own for each number, about the same few people. */
export function distinct(number: number): BenchRequest {
  return team(3, 1, 'id name email phone address nickname orders reviewCount', `Team${number}`);
}

function team(size: number, seed: number, selection: string, name = 'Team'): BenchRequest {
  return {
    query: `query ${name}($seed: Int!, $size: Int!) { team(seed: $seed, size: $size) { id members { ${selection} } } }`,
    variables: { seed, size },
  };
}

function catalogue(size: number, seed: number): BenchRequest {
  return {
    query:
      'query Catalogue($seed: Int!, $size: Int!) { catalogue(seed: $seed, size: $size) { id title price stock description } }',
    variables: { seed, size },
  };
}

function fields(count: number): string {
  return Array.from({ length: count }, (_, n) => `f${n}`).join(' ');
}

function seeds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
