import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SubgraphError } from '../../../gateway/execute/executor.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';
import { accepted, callerFor, generationOf, prepareQuery, show } from '../prepareHarness.ts';

const generation = generationOf(`
  type Query { me: User users(first: Int): [User] grid: [[User]] nodes: [Node] open: Int secret: Int @personal(category: "secret") }
  interface Node { label: String }
  type Bot implements Node { label: String fuel: Int }
  type User implements Node @key(fields: "id") @personal(subject: ["id"]) {
    id: ID label: String mail: String @personal(category: "contact.email") friend: User
    pin: String @personal(category: "secret") tags: [String] card: Card @personal(category: "contact.name")
    owned: Card
  }
  type Card { number: Int holder: Person }
  type Person { name: String }
`);
const caller = callerFor({ purpose: 'service' });
const states = new Map([['user:2', accepted('user:2', { suspended: true })]]);

const errorAt = (
  path: SubgraphError['path'],
  subgraph: string | null = 'only',
  from: SubgraphError['from'] = 'answer',
): SubgraphError => ({
  subgraph,
  from,
  path,
  cause: new Error('the value was taro@example.com'),
});

const pathsOf = (query: string, data: unknown, ...paths: readonly SubgraphError['path'][]): unknown => {
  const errors = paths.map((path) => errorAt(path));
  return show(generation, prepareQuery(generation, query, caller), data, {
    caller,
    states,
    errors,
  }).errors.map(({ path = null }) => path);
};

interface Row {
  readonly name: string;
  readonly query: string;
  readonly data: unknown;
  readonly path: SubgraphError['path'];
  readonly expected: unknown;
}

describe('a subgraph error about a whole object', () => {
  const me = { id: '2', label: 'l', mail: 'm' };
  it.each<Row>([
    {
      name: 'is not told where all that it may be about is denied',
      query: '{ me { label mail } }',
      data: { me },
      path: ['me'],
      expected: [],
    },
    {
      name: 'is told where what is shown of it is missing',
      query: '{ me { label mail } }',
      data: { me: { ...me, label: null } },
      path: ['me'],
      expected: [['me']],
    },
    {
      name: 'is told where nothing of it is denied',
      query: '{ me { label mail } }',
      data: { me: { ...me, id: '1' } },
      path: ['me'],
      expected: [['me']],
    },
    {
      name: 'is not told of rows that it does not name, of which some may be denied',
      query: '{ grid { label mail } }',
      data: { grid: [[me]] },
      path: ['grid', '@', '@'],
      expected: [],
    },
    {
      name: 'is told of rows that it does not name, of which nothing is personal',
      query: '{ grid { label } }',
      data: { grid: [[me]] },
      path: ['grid', '@', '@'],
      expected: [['grid']],
    },
  ])('$name', ({ query, data, path, expected }) => {
    expect(pathsOf(query, data, path)).toEqual(expected);
  });
});

describe('a subgraph error is told', () => {
  const rows: readonly Row[] = [
    {
      name: 'at its field',
      query: '{ me { label } }',
      data: { me: { label: null } },
      path: ['me', 'label'],
      expected: [['me', 'label']],
    },
    {
      name: 'at the client’s alias',
      query: '{ me { l: label } }',
      data: { me: { label: null } },
      path: ['me', 'label'],
      expected: [['me', 'l']],
    },
    {
      name: 'at every key that the field stands under',
      query: '{ me { l: label m: label } }',
      data: { me: { label: null } },
      path: ['me', 'label'],
      expected: [
        ['me', 'l'],
        ['me', 'm'],
      ],
    },
    {
      name: 'under a reserved key',
      query: '{ users(first: 1) { label } }',
      data: { _s0: null },
      path: ['_s0'],
      expected: [['users']],
    },
    {
      name: 'in a row',
      query: '{ users(first: 1) { l: label } }',
      data: { _s0: [{ id: '1' }, { id: '1', label: null }] },
      path: ['_s0', 1, 'label'],
      expected: [['users', 1, 'l']],
    },
    {
      name: 'in lists of lists',
      query: '{ grid { label } }',
      data: { grid: [[], [{ label: null }]] },
      path: ['grid', 1, 0, 'label'],
      expected: [['grid', 1, 0, 'label']],
    },
    {
      name: 'at the list, where it is about every item',
      query: '{ grid { label } }',
      data: { grid: [[{ label: 'l' }]] },
      path: ['grid', '@', '@', 'label'],
      expected: [['grid']],
    },
    {
      name: 'at an item of a list of leaves',
      query: '{ me { tags } }',
      data: { me: { tags: ['a', null] } },
      path: ['me', 'tags', 1],
      expected: [['me', 'tags', 1]],
    },
    {
      name: 'at an object that is null',
      query: '{ me { friend { label } } }',
      data: { me: { friend: null } },
      path: ['me', 'friend'],
      expected: [['me', 'friend']],
    },
    {
      name: 'below an object that is null',
      query: '{ me { friend { label } } }',
      data: { me: { friend: null } },
      path: ['me', 'friend', 'label'],
      expected: [['me', 'friend', 'label']],
    },
    {
      name: 'under a concrete type',
      query: '{ nodes { ... on Bot { f: fuel } } }',
      data: { nodes: [{ __typename: 'Bot', fuel: null }] },
      path: ['nodes', 0, 'fuel'],
      expected: [['nodes', 0, 'f']],
    },
    {
      name: 'under a personal field that is shown',
      query: '{ me { mail } }',
      data: { me: { id: '1', mail: null } },
      path: ['me', 'mail'],
      expected: [['me', 'mail']],
    },
    {
      name: 'below a personal object that is shown',
      query: '{ me { card { holder { name } } } }',
      data: { me: { id: '1', card: { holder: null } } },
      path: ['me', 'card', 'holder'],
      expected: [['me', 'card', 'holder']],
    },
    {
      name: 'without a place, where the subgraph named none',
      query: '{ open }',
      data: { open: null },
      path: null,
      expected: [null],
    },
    {
      name: 'without a place, where the field is the planner’s and nothing personal',
      query: '{ me { tags } }',
      data: { me: { tags: [] } },
      path: ['me', 'label'],
      expected: [null],
    },
  ];
  it.each(rows)('$name', ({ query, data, path, expected }) => {
    expect(pathsOf(query, data, path)).toEqual(expected);
  });

  it('without a place, where there was no answer, whatever is denied', () => {
    const { errors } = show(
      generation,
      prepareQuery(generation, '{ me { mail } }', caller),
      { me: { id: '2' } },
      { caller, states, errors: [errorAt(null, 'only', 'call')] },
    );
    expect(errors.map(({ path, extensions }) => [path, extensions['serviceName']])).toEqual([
      [undefined, 'only'],
    ]);
  });

  it('once, however often it came', () => {
    expect(pathsOf('{ me { label } }', { me: {} }, ['me', 'label'], ['me', 'label'], null, null)).toEqual([
      ['me', 'label'],
      null,
    ]);
  });

  it('in words of ours, which name the subgraph and quote nothing', () => {
    const { errors } = show(
      generation,
      prepareQuery(generation, '{ open }'),
      { open: null },
      {
        errors: [errorAt(['open']), errorAt(['open'], null)],
      },
    );
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'SUBGRAPH_ERROR', serviceName: 'only' },
      { code: 'SUBGRAPH_ERROR' },
    ]);
    expect(errors[0]?.message).toContain('"only"');
    expect(JSON.stringify(errors)).not.toContain('taro');
    expect(errors.every(({ originalError }) => originalError === undefined)).toBe(true);
  });
});

describe('a subgraph error is not told', () => {
  const rows: readonly Row[] = [
    {
      name: 'without a place, where something is denied',
      query: '{ me { mail } }',
      data: { me: { id: '2', mail: null } },
      path: null,
      expected: [],
    },
    {
      name: 'without a place, where something is never fetched',
      query: '{ me { label pin } }',
      data: { me: { id: '1', label: 'l' } },
      path: null,
      expected: [],
    },
    {
      name: 'without a place, where one row of many is denied',
      query: '{ users(first: 1) { mail } }',
      data: { _s0: [{ id: '1', mail: 'm' }, { id: '2' }] },
      path: null,
      expected: [],
    },
    {
      name: 'at a field that nobody asked for, where something is denied',
      query: '{ me { mail } }',
      data: { me: { id: '2', mail: null } },
      path: ['me', 'e_mail'],
      expected: [],
    },
    {
      name: 'at a field of every item that nobody asked for, where something is denied',
      query: '{ users(first: 1) { mail } }',
      data: { _s0: [{ id: '1' }, { id: '2' }] },
      path: ['_s0', '@', 'e_mail'],
      expected: [],
    },
    {
      name: 'at a field that its subject denies',
      query: '{ me { mail } }',
      data: { me: { id: '2', mail: null } },
      path: ['me', 'mail'],
      expected: [],
    },
    {
      name: 'at a field whose subject is unknown',
      query: '{ me { mail } }',
      data: { me: { mail: null } },
      path: ['me', 'mail'],
      expected: [],
    },
    {
      name: 'at a personal field of an object that is null',
      query: '{ me { mail } }',
      data: { me: null },
      path: ['me', 'mail'],
      expected: [],
    },
    {
      name: 'at a personal field of every item',
      query: '{ users(first: 1) { mail } }',
      data: { _s0: [{ id: '1' }, { id: '2' }] },
      path: ['_s0', '@', 'mail'],
      expected: [],
    },
    {
      name: 'in the row that is denied',
      query: '{ users(first: 1) { mail } }',
      data: { _s0: [{ id: '1' }, { id: '2' }] },
      path: ['_s0', 1, 'mail'],
      expected: [],
    },
    {
      name: 'beneath an object that is denied',
      query: '{ me { card { number } } }',
      data: { me: { id: '2', card: null } },
      path: ['me', 'card', 'number'],
      expected: [],
    },
    {
      name: 'deep beneath an object that is denied',
      query: '{ me { card { holder { name } } } }',
      data: { me: { id: '2', card: { holder: { name: null } } } },
      path: ['me', 'card', 'holder', 'name'],
      expected: [],
    },
    {
      name: 'at a field that is never shown and that the planner wants',
      query: '{ me { label } }',
      data: { me: { label: 'l' } },
      path: ['me', 'pin'],
      expected: [],
    },
    {
      name: 'at a personal field that only a hidden selection has',
      query: '{ me { label } }',
      data: { me: { label: 'l' } },
      path: ['me', 'mail'],
      expected: [],
    },
    {
      name: 'where the concrete type is unknown and one type’s field is personal',
      query: '{ nodes { ... on User { mail } ... on Bot { fuel } } }',
      data: { nodes: [null] },
      path: ['nodes', 0, 'mail'],
      expected: [],
    },
    {
      name: 'where the object is of a type that does not belong there',
      query: '{ nodes { label } }',
      data: { nodes: [{ __typename: 'Card' }] },
      path: ['nodes', 0, 'label'],
      expected: [],
    },
  ];
  it.each(rows)('$name', ({ query, data, path, expected }) => {
    expect(pathsOf(query, data, path)).toEqual(expected);
  });
});

const fail = ({ id }: { readonly id: string }, what: string): string => {
  throw new Error(`${what} of ${id} is taro@example.com`);
};

/** An answer of a subgraph. */
const wire = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), path: z.array(z.unknown()).readonly().optional() }))
    .optional(),
});
type Wire = z.infer<typeof wire>;

const oneTooFew = (): Wire => ({ data: { _entities: [] } });

/** The subgraph of details, whose answers `change` may change on their way. */
const start = async (change: (answer: Wire) => unknown = (answer) => answer): Promise<TestGateway> =>
  await startGateway({
    subgraphs: [
      {
        name: 'people',
        typeDefs:
          'type Query { users: [User] } type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! }',
        resolvers: { Query: { users: () => [{ id: '1' }, { id: '2' }] } },
      },
      {
        name: 'details',
        typeDefs:
          'type User @key(fields: "id") { id: ID! label: String open: Int mail: String @personal(category: "contact.email") name: String @personal(category: "identity.name") }',
        resolvers: {
          User: {
            label: (user: { readonly id: string }) => (user.id === '2' ? fail(user, 'label') : 'l'),
            mail: (user: { readonly id: string }) => fail(user, 'mail'),
            name: () => 'n',
          },
        },
        onWire: (json) => JSON.stringify(change(wire.parse(JSON.parse(json)))) ?? 'no JSON',
      },
    ],
    states: { 'user:2': { suspended: true } },
  });

const withPath =
  (path?: readonly unknown[]) =>
  ({ errors = [], ...answer }: Wire): Wire => ({
    ...answer,
    errors: errors.map(({ message }) => ({ message, ...(path === undefined ? {} : { path }) })),
  });

describe('over HTTP, with entities', () => {
  const purpose = 'service.support';
  const pathsIn = async (gateway: TestGateway, query: string): Promise<unknown> => {
    try {
      const answer = await gateway.send({ query, purpose });
      expect(answer.text).not.toContain('taro');
      return answer.errors.map(({ path }) => path);
    } finally {
      await gateway.close();
    }
  };

  it('errors stand at the client’s paths, and none under what is denied', async () => {
    const gateway = await start();
    try {
      const answer = await gateway.send({ query: '{ u: users { l: label m: mail } }', purpose });
      expect(answer.status).toBe(200);
      expect(answer.data).toEqual({
        u: [
          { l: 'l', m: null },
          { l: null, m: '█████@masked.invalid' },
        ],
      });
      expect(answer.errors.map(({ path }) => path)).toEqual(
        expect.arrayContaining([
          ['u', 0, 'm'],
          ['u', 1, 'l'],
        ]),
      );
      expect(answer.errors).toHaveLength(2);
      expect(answer.text).not.toContain('taro');
    } finally {
      await gateway.close();
    }
  });

  it.each([
    { name: 'without a path', given: withPath() },
    { name: 'at no entity', given: withPath(['_entities']) },
    { name: 'at no field', given: withPath([{ toString: null }]) },
  ])('errors $name are told only where everything is shown', async ({ given }) => {
    expect(await pathsIn(await start(given), '{ users { mail } }')).toEqual([]);
    expect(await pathsIn(await start(given), '{ users { label } }')).toEqual([undefined]);
  });

  it.each<{ readonly name: string; readonly given: (answer: Wire) => unknown }>([
    { name: 'with no JSON', given: () => undefined },
    { name: 'with something else', given: () => ['taro@example.com'] },
  ])('a subgraph that answers $name is told of, whatever is denied', async ({ given }) => {
    expect(await pathsIn(await start(given), '{ users { name } }')).toEqual([undefined]);
  });

  it('an answer that its schema cannot have is told of only where everything is shown', async () => {
    expect(await pathsIn(await start(oneTooFew), '{ users { name } }')).toEqual([]);
    expect(await pathsIn(await start(oneTooFew), '{ users { label } }')).toEqual([undefined]);
  });
});
