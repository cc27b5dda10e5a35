import { parse, print } from 'graphql';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ExplainedCase } from '../../../gateway/explain/explanation.ts';
import type { TestAnswer, TestGateway } from '../../gatewayHarness.ts';
import { MARKETING, startWorld, SUPPORT } from '../../leaks/world.ts';
import { explained } from './explainHarness.ts';

const CALLERS = [
  { who: 'without purpose', caller: { client: 'support-desk' } },
  { who: 'without consent', caller: MARKETING },
  { who: 'for support', caller: SUPPORT },
  { who: 'for statistics', caller: { client: 'analytics', purpose: 'service.improvement' } },
];

const OPERATIONS = [
  { name: 'leaves', query: `{ users { id label name mail: email nickname notes broken } }` },
  {
    name: 'what is within personal objects',
    query: `{ me { address { city rooms { label } } friend { id email } } }`,
  },
  {
    name: 'an interface',
    query: `{ parties { __typename label contact ...U } } fragment U on User { nickname id }`,
  },
  {
    name: 'a union',
    query: `{ found { __typename ... on User { email label } ... on Company { contact } } }`,
  },
  { name: 'a node by id', query: `{ node(id: "1") { __typename id ... on User { name } } }` },
  {
    name: 'what is made of others',
    query: `{ letters { id to { greeting poster email label } } pen { poster } }`,
  },
  { name: 'lists of lists', query: `{ circles { id notes contact } }` },
  { name: 'a mutation', query: `mutation { touch(id: "1") { id email } revealEmail(id: "2") }` },
  { name: 'conditions', query: `{ me { email @skip(if: true) name @include(if: true) x: __typename } }` },
];

let gateway: TestGateway;
let policy: string;
/** How many values were compared with what was explained of them. */
const compared = { denied: 0, shown: 0 };
beforeAll(async () => {
  gateway = await startWorld();
  policy = await readFile('policies/crowdworks/policy.yaml', 'utf8');
});
afterAll(async () => {
  await gateway.close();
});

describe.each(CALLERS)('asked $who', ({ caller }) => {
  it.each(OPERATIONS)('$name', async ({ query }) => {
    const explanation = explained({
      purpose: null,
      ...caller,
      supergraph: gateway.supergraph,
      policy,
      query,
    });
    gateway.forget();
    const answer = await gateway.send({ query, ...caller });
    const sent = ['accounts', 'letters', 'prints'].flatMap((name) =>
      gateway.sent(name).map((request) => ({ subgraph: name, operation: print(parse(request.query)) })),
    );
    const masked = maskedOf(answer);
    const places = explanation.fields.flatMap(({ cases }) => cases.flatMap(placesOf));
    expect(places.length).toBeGreaterThan(1);

    expect(explanation.refusal).toBeNull();
    // What is withheld at first is asked for in a second round, by another plan.
    if (explanation.fields.every(({ fetch }) => fetch !== 'withheld')) {
      for (const request of sent) expect(explanation.fetches).toContainEqual(request);
    }

    for (const entry of masked) {
      const place = places.find((each) => each.coordinate === entry.coordinate && each.path === entry.path);
      expect(reasonsOf(place?.decision), `${entry.coordinate} at ${entry.path}`).toContain(entry.reason);
    }
    const seen = await gateway.send({ query, ...SUPPORT });
    for (const { coordinate, path, decision, rule } of places) {
      const values = valuesAt(answer.data, path, coordinate);
      switch (decision.kind) {
        case 'not personal':
          expect(masked.filter((each) => each.coordinate === coordinate && each.path === path)).toEqual([]);
          if (values.every((value) => typeof value !== 'object')) {
            expect(values).toEqual(valuesAt(seen.data, path, coordinate));
            compared.shown += values.length;
          }
          break;
        case 'denied':
        case 'unresolved':
          compared.denied += values.length;
          for (const value of values) expect(isAsDenied(value, rule?.whenDenied)).toBe(true);
          if (rule?.whenDenied.kind === 'rejected' && values.length > 0) {
            expect(answer.errors.map(({ extensions }) => extensions['code'])).toContain(
              'PERSONAL_DATA_REJECTED',
            );
          }
          break;
        case 'within':
          if (decision.denied) expect(values).toEqual([]);
          break;
        case 'per subject':
          break;
      }
    }
  });
});

it('finds something of every kind here', () => {
  const kinds = CALLERS.flatMap(({ caller }) =>
    OPERATIONS.flatMap(({ query }) =>
      explained({ purpose: null, ...caller, supergraph: gateway.supergraph, policy, query }).fields.flatMap(
        ({ cases, fetch }) => [fetch, ...cases.map(({ decision }) => decision.kind)],
      ),
    ),
  );
  for (const kind of [
    'asked',
    'dropped',
    'withheld',
    'gateway',
    'left out',
    'not personal',
    'denied',
    'per subject',
    'unresolved',
  ]) {
    expect(kinds).toContain(kind);
  }
  expect(compared.denied).toBeGreaterThan(40);
  expect(compared.shown).toBeGreaterThan(40);
});

interface Place extends Pick<ExplainedCase, 'decision' | 'rule'> {
  readonly coordinate: string;
  readonly path: string;
}

/** A case in each of its places. */
function placesOf({ coordinates, paths, decision, rule }: ExplainedCase): readonly Place[] {
  return coordinates.flatMap((coordinate) => paths.map((path) => ({ coordinate, path, decision, rule })));
}

function reasonsOf(decision: ExplainedCase['decision'] | undefined): readonly string[] {
  switch (decision?.kind) {
    case 'denied':
    case 'unresolved':
      return [decision.reason];
    case 'per subject':
      return [
        ...decision.rows.map(({ denial }) => denial),
        ...(decision.level === 'masked' ? [decision.basis.toUpperCase()] : []),
      ];
    case 'within':
    case 'not personal':
    case undefined:
      return [];
  }
}

function isAsDenied(
  value: unknown,
  shown: NonNullable<ExplainedCase['rule']>['whenDenied'] | undefined,
): boolean {
  return isDeepStrictEqual(value, shown?.kind === 'constant' ? shown.value : null);
}

function maskedOf({ extensions }: TestAnswer): readonly z.infer<typeof entrySchema>[] {
  return z.object({ masked: z.array(entrySchema) }).parse(extensions['privacy']).masked;
}

const entrySchema = z.object({ coordinate: z.string(), path: z.string(), reason: z.string() });

/** The values at a path, of objects of the coordinate's type where they tell theirs. */
function valuesAt(data: unknown, path: string, coordinate: string): readonly unknown[] {
  const [type = ''] = coordinate.split('.');
  let objects: readonly unknown[] = [data];
  const keys = path.split('.');
  for (const [depth, step] of keys.entries()) {
    const key = step.replace(/(?:\[\])+$/, '');
    const isLast = depth === keys.length - 1;
    objects = objects.flatMap((object) => {
      if (typeof object !== 'object' || object === null || !(key in object)) return [];
      if (isLast && '__typename' in object && object.__typename !== type) return [];
      const value: unknown = Object.entries(object).find(([name]) => name === key)?.[1];
      return isLast ? [value] : flat(value);
    });
  }
  return objects;
}

function flat(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}
