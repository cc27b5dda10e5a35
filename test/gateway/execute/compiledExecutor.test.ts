import type { FetchNode } from '@apollo/query-planner';
import { describe, expect, it } from 'vitest';
import { entitiesAt, fetchOf, runPlan, type PlanOutcome, type PlanRun } from './runPlan.ts';

const SCHEMA = `
  type Query { users: [User] me: User pet: Pet pets: [Pet] grid: [[User]] node: Node count(of: Int): Int }
  type Mutation { first: User second: User }
  type User { id: ID! name: String mail: String tags: [String] best: User team: [User] made: String }
  interface Pet { id: ID name: String }
  type Cat implements Pet { id: ID name: String lives: Int }
  type Dog implements Pet { id: ID name: String }
  interface Node { id: ID! rank: Int }
  type Book implements Node { id: ID! rank: Int }
`;

const KEY = '... on User { __typename id }';
const user = (id: string) => ({ __typename: 'User', id });
const users = (...ids: (string | null)[]) => ({
  data: { users: ids.map((id) => (id === null ? null : user(id))) },
});
const names = (...all: unknown[]) => ({ data: { _entities: all } });

const USERS = fetchOf('a', '{users{__typename id}}');
const NAMES = entitiesAt(['users', '@'], 'b', '...on User{name}', KEY);

function inTurn(...nodes: PlanRun['plan'][]): PlanRun['plan'] {
  return { kind: 'Sequence', nodes };
}

const failed = (...path: (string | number)[]) => ({ message: 'm', path });

const UNNAMED = { users: [user('1'), user('2')] };

/** Names of two users, asked of a subgraph that gives this answer. */
const named = (answer: unknown): Omit<PlanRun, 'schema'> => ({
  plan: inTurn(USERS, NAMES),
  answers: { a: [users('1', '2')], b: [answer] },
});

interface Case {
  readonly name: string;
  readonly given: Omit<PlanRun, 'schema'>;
  readonly expected: Partial<PlanOutcome>;
}

const check = async ({ given, expected }: Case): Promise<void> => {
  expect(await runPlan({ schema: SCHEMA, ...given })).toMatchObject(expected);
};

const REPRESENTATIONS = '$representations:[_Any!]!';
const ENTITIES = '_entities(representations:$representations)';
const MAIL_KEY = '... on User { __typename id mail }';
const BOOK_AS_NODE: NonNullable<FetchNode['inputRewrites']>[number] = {
  kind: 'ValueSetter',
  path: ['... on Book', '__typename'],
  setValueTo: 'Node',
};

/** For each of the users. */
function at(node: PlanRun['plan']): PlanRun['plan'] {
  return { kind: 'Flatten', path: ['users', '@'], node };
}

function entitiesOf(serviceName: string, selections: string, requires: string): PlanRun['plan'] {
  return fetchOf(serviceName, `query(${REPRESENTATIONS}){${ENTITIES}{${selections}}}`, { requires });
}

const SIDE_BY_SIDE = inTurn(USERS, {
  kind: 'Parallel',
  nodes: [
    NAMES,
    entitiesAt(['users', '@'], 'c', '...on User{mail}', KEY),
    entitiesAt(['users', '@'], 'd', '...on User{made}', MAIL_KEY),
    entitiesAt(['users', '@'], 'e', '...on User{tags}', KEY),
  ],
});

const ASKED_TOGETHER = {
  answers: {
    a: [{ data: { users: [{ ...user('1'), mail: 'm' }, user('2')] } }],
    b: [names({ name: 'one' }, { name: 'two' })],
    c: [names({ mail: 'm' }, { mail: 'n' })],
    d: [names()],
    e: [names({ tags: [] }, { tags: ['t'] })],
  },
  plan: SIDE_BY_SIDE,
};

const TOGETHER: Pick<PlanOutcome, 'data' | 'errors' | 'sent'> = {
  data: {
    users: [
      { ...user('1'), name: 'one', mail: 'm', tags: [] },
      { ...user('2'), name: 'two', mail: 'n', tags: ['t'] },
    ],
  },
  errors: [],
  sent: [
    ['a', {}],
    ['b', { representations: [user('1'), user('2')] }],
    ['c', { representations: [user('1'), user('2')] }],
    ['e', { representations: [user('1'), user('2')] }],
  ],
};

describe('fetches side by side', () => {
  it.each<Case>([
    {
      name: 'that send the same share it',
      given: ASKED_TOGETHER,
      expected: { ...TOGETHER, lists: 1 },
    },
    {
      name: 'have their own where a data source may change what it is given',
      given: { ...ASKED_TOGETHER, spoiling: ['b', 'c', 'e'] },
      expected: { ...TOGETHER, lists: 3 },
    },
    {
      name: 'share nothing with what changes what they are given',
      given: { ...ASKED_TOGETHER, spoiling: ['b'] },
      expected: { ...TOGETHER, lists: 2 },
    },
    {
      name: 'share nothing with later ones, which may ask by what was found meanwhile',
      given: {
        plan: inTurn(USERS, {
          kind: 'Parallel',
          nodes: [
            at(
              inTurn(entitiesOf('b', '...on User{mail}', KEY), entitiesOf('c', '...on User{made}', MAIL_KEY)),
            ),
            at(entitiesOf('d', '...on User{tags}', MAIL_KEY)),
          ],
        }),
        answers: {
          a: [users('1')],
          b: [names({ mail: 'm' })],
          c: [names({ made: 'by mail' })],
          d: [new Error('asked')],
        },
      },
      expected: {
        data: { users: [{ ...user('1'), mail: 'm', made: 'by mail' }] },
        errors: [],
        sent: [
          ['a', {}],
          ['b', { representations: [user('1')] }],
          ['c', { representations: [{ ...user('1'), mail: 'm' }] }],
        ],
      },
    },
    {
      name: 'share nothing between objects that take other values from above',
      given: {
        plan: inTurn(fetchOf('a', '{users{__typename id mail}}'), {
          kind: 'Parallel',
          nodes: [
            NAMES,
            at(
              fetchOf('c', `query(${REPRESENTATIONS},$mail:String){${ENTITIES}{...on User{made}}}`, {
                requires: KEY,
                variableUsages: ['mail'],
                contextRewrites: [{ kind: 'KeyRenamer', path: ['mail'], renameKeyTo: 'mail' }],
              }),
            ),
          ],
        }),
        answers: {
          a: [{ data: { users: ['m', 'n'].map((mail, index) => ({ ...user(String(index + 1)), mail })) } }],
          b: [names({ name: 'one' }, { name: 'two' })],
          c: [names({ made: 'of m' }), names({ made: 'of n' })],
        },
      },
      expected: {
        data: {
          users: [
            { ...user('1'), mail: 'm', name: 'one', made: 'of m' },
            { ...user('2'), mail: 'n', name: 'two', made: 'of n' },
          ],
        },
        errors: [],
        sent: [
          ['a', {}],
          ['b', { representations: [user('1'), user('2')] }],
          ['c', { mail: 'm', representations: [user('1')] }],
          ['c', { mail: 'n', representations: [user('2')] }],
        ],
      },
    },
    {
      name: 'share nothing where a subgraph knows the objects by another type',
      given: {
        plan: inTurn(fetchOf('a', '{node{__typename id}}'), {
          kind: 'Parallel',
          nodes: ['b', 'c'].map((name) => ({
            kind: 'Flatten',
            path: ['node'],
            node: fetchOf(name, `query(${REPRESENTATIONS}){${ENTITIES}{...on Node{rank}}}`, {
              requires: '... on Book { __typename id }',
              ...(name === 'b' ? {} : { inputRewrites: [BOOK_AS_NODE] }),
            }),
          })),
        }),
        answers: {
          a: [{ data: { node: { __typename: 'Book', id: '1' } } }],
          b: [names({ rank: 3 })],
          c: [names({ rank: 3 })],
        },
      },
      expected: {
        sent: [
          ['a', {}],
          ['b', { representations: [{ __typename: 'Book', id: '1' }] }],
          ['c', { representations: [{ __typename: 'Node', id: '1' }] }],
        ],
      },
    },
  ])('$name', check);
});

describe('entities', () => {
  it.each<Case>([
    {
      name: 'are sent once for all rows that are the same, and skip what is null',
      given: {
        plan: inTurn(USERS, NAMES),
        answers: { a: [users('1', null, '2', '1')], b: [names({ name: 'one' }, { name: 'two' })] },
      },
      expected: {
        data: {
          users: [
            { ...user('1'), name: 'one' },
            null,
            { ...user('2'), name: 'two' },
            { ...user('1'), name: 'one' },
          ],
        },
        sent: [
          ['a', {}],
          ['b', { representations: [user('1'), user('2')] }],
        ],
        errors: [],
      },
    },
    {
      name: 'are not asked about where there is none',
      given: { plan: inTurn(USERS, NAMES), answers: { a: [users(null)], b: [new Error('asked')] } },
      expected: { data: { users: [null] }, sent: [['a', {}]], errors: [] },
    },
    {
      name: 'of which a required field is missing are not asked about; those of which it is null are',
      given: {
        plan: inTurn(
          fetchOf('a', '{users{__typename id mail}}'),
          entitiesAt(['users', '@'], 'b', '...on User{made}', '... on User { __typename id mail }'),
        ),
        answers: {
          a: [{ data: { users: [user('1'), { ...user('2'), mail: 'm' }, { ...user('3'), mail: null }] } }],
          b: [names({ made: 'two' }, { made: 'three' })],
        },
      },
      expected: {
        data: {
          users: [
            user('1'),
            { ...user('2'), mail: 'm', made: 'two' },
            { ...user('3'), mail: null, made: 'three' },
          ],
        },
        sent: [
          ['a', {}],
          [
            'b',
            {
              representations: [
                { ...user('2'), mail: 'm' },
                { ...user('3'), mail: null },
              ],
            },
          ],
        ],
      },
    },
    {
      name: 'stand in lists of lists',
      given: {
        plan: inTurn(
          fetchOf('a', '{grid{__typename id}}'),
          entitiesAt(['grid', '@', '@'], 'b', '...on User{name}', KEY),
        ),
        answers: {
          a: [{ data: { grid: [[user('1'), user('2')], null, [], [user('1')]] } }],
          b: [
            { ...names({ name: 'one' }, null), errors: [{ message: 'm', path: ['_entities', 1, 'name'] }] },
          ],
        },
      },
      expected: {
        data: {
          grid: [[{ ...user('1'), name: 'one' }, user('2')], null, [], [{ ...user('1'), name: 'one' }]],
        },
        errors: ['b answer grid.0.1.name'],
      },
    },
    {
      name: 'are read by their own type, even where an answer holds more',
      given: {
        plan: inTurn(
          fetchOf('a', '{pets{__typename id}}'),
          entitiesAt(
            ['pets', '@'],
            'b',
            '...on Cat{name lives}...on Dog{name}',
            '... on Cat { __typename id } ... on Dog { __typename id }',
          ),
        ),
        answers: {
          a: [{ data: { pets: ['Cat', 'Dog'].map((each) => ({ __typename: each, id: each })) } }],
          b: [names({ name: 'c', lives: 9 }, { __typename: 'Cat', name: 'd', lives: 9 })],
        },
      },
      expected: {
        data: {
          pets: [
            { __typename: 'Cat', id: 'Cat', name: 'c', lives: 9 },
            { __typename: 'Dog', id: 'Dog', name: 'd' },
          ],
        },
        errors: [],
      },
    },
    {
      name: 'stay of the type that they were of, and take nothing from one of another',
      given: {
        plan: inTurn(fetchOf('a', '{pets{__typename id}}'), fetchOf('b', '{pets{__typename name}}')),
        answers: {
          a: [{ data: { pets: ['Cat', 'Dog', 'Pet'].map((each) => ({ __typename: each, id: each })) } }],
          b: [{ data: { pets: ['Dog', 'Pet', 'Cat'].map((each) => ({ __typename: each, name: 'n' })) } }],
        },
      },
      expected: {
        data: {
          pets: [
            { __typename: 'Cat', id: 'Cat' },
            { __typename: 'Dog', id: 'Dog', name: 'n' },
            { __typename: 'Cat', id: 'Pet', name: 'n' },
          ],
        },
        errors: ['b answer'],
      },
    },
    {
      name: 'are asked about on typed paths where their type goes on',
      given: {
        plan: inTurn(
          fetchOf('a', '{pets{__typename id} pet{__typename id}}'),
          entitiesAt(['pets', '@|[Cat]'], 'b', '...on Cat{lives}', '... on Cat { __typename id }'),
          entitiesAt(['pet|[Dog,Bird]'], 'c', '...on Dog{name}', '... on Dog { __typename id }'),
        ),
        answers: {
          a: [
            {
              data: {
                pets: [
                  { __typename: 'Dog', id: '1' },
                  { __typename: 'Cat', id: '1' },
                ],
                pet: { __typename: 'Cat', id: '1' },
              },
            },
          ],
          b: [{ ...names({ lives: null }), errors: [{ message: 'm', path: ['_entities', 0, 'lives'] }] }],
          c: [new Error('asked')],
        },
      },
      expected: {
        sent: [
          ['a', {}],
          ['b', { representations: [{ __typename: 'Cat', id: '1' }] }],
        ],
        errors: ['b answer pets.1.lives'],
      },
    },
    {
      name: 'of an interface object are sent under its name, and stay what they are',
      given: {
        plan: inTurn(fetchOf('a', '{node{__typename id}}'), {
          kind: 'Flatten',
          path: ['node'],
          node: fetchOf(
            'b',
            'query($representations:[_Any!]!){_entities(representations:$representations){...on Node{rank}}}',
            {
              requires: '... on Book { __typename id }',
              inputRewrites: [
                { kind: 'ValueSetter', path: ['... on Book', '__typename'], setValueTo: 'Node' },
              ],
            },
          ),
        }),
        answers: {
          a: [{ data: { node: { __typename: 'Book', id: '1' } } }],
          b: [names({ __typename: 'Node', rank: 3 })],
        },
      },
      expected: {
        data: { node: { __typename: 'Book', id: '1', rank: 3 } },
        sent: [
          ['a', {}],
          ['b', { representations: [{ __typename: 'Node', id: '1' }] }],
        ],
      },
    },
  ])('$name', check);
});

describe('answers that are none', () => {
  it.each<Case>([
    {
      name: 'too few entities',
      given: named(names({ name: 'one' })),
      expected: { data: UNNAMED, errors: ['b answer'] },
    },
    {
      name: 'too many',
      given: named(names({ name: 'one' }, { name: 'two' }, {})),
      expected: { data: UNNAMED, errors: ['b answer'] },
    },
    {
      name: 'entities that are no list, beside an error that says why',
      given: named({
        data: { _entities: null },
        errors: [{ message: 'why', path: ['_entities', 1, 'name'] }],
      }),
      expected: {
        data: UNNAMED,
        errors: ['b answer users.1.name', 'b answer'],
        words: ['why', 'There are not as many entities as were asked about.'],
      },
    },
    {
      name: 'entities that are texts, told once',
      given: named(names('one', 'two')),
      expected: { data: UNNAMED, errors: ['b answer'] },
    },
    {
      name: 'an entity that is a list',
      given: named(names([], { name: 'two' })),
      expected: { data: { users: [user('1'), { ...user('2'), name: 'two' }] }, errors: ['b answer'] },
    },
    {
      name: 'data: null with errors',
      given: named({ data: null, errors: [{ message: 'm' }] }),
      expected: { data: UNNAMED, errors: ['b answer'] },
    },
    { name: 'a text for data', given: named({ data: 'x' }), expected: { data: UNNAMED, errors: [] } },
    { name: 'null', given: named(null), expected: { data: UNNAMED, errors: ['b answer'] } },
    {
      name: 'errors that are no list',
      given: named({ data: null, errors: {} }),
      expected: { data: UNNAMED },
    },
    {
      name: 'errors that are no objects',
      given: named({ errors: [null, 7, 'x'] }),
      expected: { errors: ['b answer', 'b answer', 'b answer'] },
    },
    {
      name: 'an object for a list, and a list for an object',
      given: {
        plan: fetchOf('a', '{users{id} me{id tags} grid{id}}'),
        answers: {
          a: [{ data: { users: { id: '1' }, me: [{ id: '1' }], grid: [[{ id: '1' }], { id: '2' }, 'x'] } }],
        },
      },
      expected: { data: { users: null, me: null, grid: [[{ id: '1' }], null, null] }, errors: ['a answer'] },
    },
    {
      name: 'a text for a list of texts',
      given: { plan: fetchOf('a', '{me{tags}}'), answers: { a: [{ data: { me: { tags: 'x' } } }] } },
      expected: { data: { me: { tags: null } }, errors: ['a answer'] },
    },
    {
      name: 'what nobody asked for',
      given: {
        plan: fetchOf('a', '{me{id}}'),
        answers: { a: [{ data: { me: { id: '1', mail: 'canary' }, users: [] } }] },
      },
      expected: { data: { me: { id: '1' } }, errors: [] },
    },
  ])('$name', check);
});

describe('failures', () => {
  it.each<Case>([
    {
      name: 'of one of two parallel fetches take nothing from the other',
      given: {
        plan: inTurn(USERS, {
          kind: 'Parallel',
          nodes: [NAMES, entitiesAt(['users', '@'], 'c', '...on User{mail}', KEY)],
        }),
        answers: { a: [users('1')], b: [new Error('down')], c: [names({ mail: 'm' })] },
      },
      expected: { data: { users: [{ ...user('1'), mail: 'm' }] }, errors: ['b call'], words: ['down'] },
    },
    {
      name: 'leave out what builds on them',
      given: { plan: inTurn(USERS, NAMES), answers: { a: [new Error('down')], b: [new Error('asked')] } },
      expected: { data: {}, sent: [['a', {}]], errors: ['a call'] },
    },
    {
      name: 'of a subgraph that there is none of',
      given: { plan: fetchOf('nobody', '{me{id}}'), answers: {} },
      expected: { data: {}, errors: ['nobody call'] },
    },
    {
      name: 'of a subgraph called like what every object has',
      given: { plan: fetchOf('constructor', '{me{id}}'), answers: {} },
      expected: { data: {}, errors: ['constructor call'] },
    },
  ])('$name', check);
});

describe('errors are told', () => {
  it.each<Case>([
    {
      name: 'at every row with the same representation, and at the right one after rows that were skipped',
      given: {
        plan: inTurn(
          fetchOf('a', '{pets{__typename id}}'),
          entitiesAt(['pets', '@'], 'b', '...on Cat{lives}', '... on Cat { __typename id }'),
        ),
        answers: {
          a: [
            {
              data: {
                pets: [
                  { __typename: 'Dog', id: '9' },
                  null,
                  { __typename: 'Cat', id: '1' },
                  { __typename: 'Cat', id: '2' },
                  { __typename: 'Cat', id: '1' },
                ],
              },
            },
          ],
          b: [{ ...names(null, { lives: 9 }), errors: [failed('_entities', 0, 'lives')] }],
        },
      },
      expected: { errors: ['b answer pets.2.lives', 'b answer pets.4.lives'] },
    },
    {
      name: 'at no row where who was asked must not show',
      given: {
        plan: inTurn(USERS, NAMES),
        answers: { a: [users('1')], b: [{ ...names(null), errors: [failed('_entities', 0, 'name')] }] },
        unsure: [
          'query($representations:[_Any!]!){_entities(representations:$representations){...on User{name}}}',
        ],
      },
      expected: { errors: ['b answer users.@.name'] },
    },
    ...[
      failed('_entities', 5, 'name'),
      failed('_entities', -1, 'name'),
      failed('_entities', 0.5, 'name'),
      failed('_entities', 'x', 'name'),
      failed('_entities', 0, 'canary'),
      failed('users', 0, 'name'),
      failed(),
      { message: 'm', path: 'x' },
      { message: 'm' },
    ].map((error) => ({
      name: `nowhere, by a path such as ${JSON.stringify(error)}`,
      given: {
        plan: inTurn(USERS, NAMES),
        answers: { a: [users('1')], b: [{ ...names(null), errors: [error] }] },
      },
      expected: { errors: ['b answer'] },
    })),
  ])('$name', check);

  it('in time, however many there are', async () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => String(index));
    const errors = ids.map((_, index) => failed('_entities', index, 'name'));
    const started = performance.now();
    const outcome = await runPlan({
      schema: SCHEMA,
      plan: inTurn(USERS, NAMES),
      answers: { a: [users(...ids)], b: [{ ...names(...ids.map(() => null)), errors }] },
    });
    expect(outcome.errors.at(-1)).toBe('b answer users.4999.name');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('variables', () => {
  it.each<Case>([
    {
      name: 'go where they are used, null too, and nowhere else',
      given: {
        plan: fetchOf('a', 'query($v0:Int,$v1:Int){count(of:$v0)}', { variableUsages: ['v0', 'v1'] }),
        variables: { v0: null, v2: 2 },
        answers: { a: [{ data: { count: 1 } }] },
      },
      expected: { sent: [['a', { v0: null }]] },
    },
    {
      name: 'cannot take the place of what is asked about',
      given: {
        plan: inTurn(USERS, {
          kind: 'Flatten',
          path: ['users', '@'],
          node: fetchOf(
            'b',
            'query($representations:[_Any!]!){_entities(representations:$representations){...on User{name}}}',
            {
              requires: KEY,
              variableUsages: ['representations'],
            },
          ),
        }),
        variables: { representations: [user('canary')] },
        answers: { a: [users('1')], b: [names({ name: 'one' })] },
      },
      expected: {
        sent: [
          ['a', {}],
          ['b', { representations: [user('1')] }],
        ],
      },
    },
    ...(
      [
        [{}, 'b'],
        [{ on: true }, 'b'],
        [{ on: false }, 'c'],
      ] as const
    ).map(([variables, asked]) => ({
      name: `${JSON.stringify(variables)} choose ${asked}`,
      given: {
        operation: 'query($on: Boolean = true) { __typename }',
        plan: {
          kind: 'Condition' as const,
          condition: 'on',
          ifClause: fetchOf('b', '{me{id}}'),
          elseClause: fetchOf('c', '{me{id}}'),
        },
        variables,
        answers: { b: [{ data: {} }], c: [{ data: {} }] },
      },
      expected: { sent: [[asked, {}] as const] },
    })),
    {
      name: 'that are not given choose nothing, whatever every object has',
      given: {
        operation: 'query($constructor: Boolean = true) { __typename }',
        plan: { kind: 'Condition', condition: 'constructor', ifClause: fetchOf('b', '{me{id}}') },
        answers: { b: [{ data: {} }] },
      },
      expected: { sent: [['b', {}]] },
    },
  ])('$name', check);
});

it('mutations run in order, and what builds on one before the next', async () => {
  await check({
    name: '',
    given: {
      plan: inTurn(
        fetchOf('a', 'mutation{first{__typename id}}'),
        entitiesAt(['first'], 'b', '...on User{name}', KEY),
        fetchOf('c', 'mutation{second{__typename id}}'),
      ),
      answers: { a: [new Error('down')], b: [new Error('asked')], c: [{ data: { second: user('2') } }] },
    },
    expected: {
      data: { second: user('2') },
      sent: [
        ['a', {}],
        ['c', {}],
      ],
      errors: ['a call'],
    },
  });
});

it('fields that clash in a subgraph have their own names in data and paths', async () => {
  await check({
    name: '',
    given: {
      plan: fetchOf('a', '{pets{__typename ... on Cat{name__alias_0:name} name}}', {
        outputRewrites: [
          { kind: 'KeyRenamer', path: ['pets', '@', '... on Cat', 'name__alias_0'], renameKeyTo: 'called' },
        ],
      }),
      answers: {
        a: [
          {
            data: {
              pets: [
                { __typename: 'Cat', name__alias_0: null },
                { __typename: 'Dog', name: 'd' },
              ],
            },
            errors: [{ message: 'm', path: ['pets', 0, 'name__alias_0'] }],
          },
        ],
      },
    },
    expected: {
      data: {
        pets: [
          { __typename: 'Cat', called: null },
          { __typename: 'Dog', name: 'd' },
        ],
      },
      errors: ['a answer pets.0.called'],
    },
  });
});

it.each(['__proto__', 'constructor', 'toString'])('%s is a key like another', async (key) => {
  const outcome = await runPlan({
    schema: SCHEMA,
    plan: inTurn(
      fetchOf('a', `{me{__typename id ${key}:name}}`),
      entitiesAt(['me'], 'b', `...on User{${key}:mail}`, `... on User { __typename ${key} }`),
    ),
    answers: {
      a: [`{"data":{"me":{"__typename":"User","id":"1","${key}":"one","valueOf":"x"}}}`],
      b: [`{"data":{"_entities":[{"${key}":"two"}]}}`],
    },
  });
  expect(JSON.stringify(outcome.data)).toBe(`{"me":{"__typename":"User","id":"1","${key}":"two"}}`);
  expect(JSON.stringify(outcome.sent[1])).toBe(
    `["b",{"representations":[{"__typename":"User","${key}":"one"}]}]`,
  );
});
