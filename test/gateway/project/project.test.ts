import { describe, expect, it } from 'vitest';
import { readOwn } from '../../../gateway/project/readOwn.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { accepted, callerFor, fetched, generationOf, prepareQuery, show } from '../prepareHarness.ts';

/** `upkeep` shows `contact.*`; `service.part` shows its masks; `secret` is shown for no purpose. */
const generation = generationOf(`
  scalar Odd
  scalar DateTime
  enum Mood { GOOD BAD }
  type Query {
    me: User must: User! users: [User!]! grid: [[User!]]
    secrets: [String!] @personal(category: "secret")
    hits: [Hit]
  }
  union Hit = User | Place
  type Place { name: String! }
  type User @key(fields: "id") @personal(subject: ["id"]) {
    id: ID label: String note: String!
    mail: String @personal(category: "contact.email") mustMail: String! @personal(category: "contact.email")
    mails: [String!]! @personal(category: "contact.email") mailGrid: [[String]!] @personal(category: "contact.email")
    flag: Boolean @personal(category: "contact.name") mustFlag: Boolean! @personal(category: "contact.name")
    mood: Mood! @personal(category: "contact.name") at: DateTime! @personal(category: "contact.name") odd: Odd! @personal(category: "contact.name")
    count: Int! @personal(category: "contact.name") ratio: Float @personal(category: "contact.name")
    strict: String @personal(category: "contact.name", otherwise: "reject") mustStrict: String! @personal(category: "contact.name", otherwise: "reject")
    strictList: [String] @personal(category: "contact.name", otherwise: "reject")
    card: Card @personal(category: "contact.name") mustCard: Card! @personal(category: "contact.name")
    cards: [Card!]! @personal(category: "contact.name") cardGrid: [[Card]] @personal(category: "contact.name")
    friend: User friends: [User]
  }
  type Card { number: String! part: Part }
  type Part { size: Int! }
`);

const suspended = new Map([['user:2', accepted('user:2', { suspended: true })]]);
/** `service` may be suspended, so that user 2 is denied what user 1 is shown. */
const service = callerFor({ purpose: 'service' });

const of = (fields: object): unknown => ({ me: { id: '2', ...fields } });

interface Row {
  readonly name: string;
  readonly query: string;
  readonly data: unknown;
  readonly expected: unknown;
  readonly rejected?: readonly (readonly (string | number)[])[];
  readonly violations?: readonly (readonly (string | number)[])[];
}

const shownTo = (query: string, data: unknown): ReturnType<typeof show> =>
  show(generation, prepareQuery(generation, query, service), data, { caller: service, states: suspended });

/** For data as the schema names it, whatever the keys that it is fetched under. */
const shownOf = (query: string, source: unknown): ReturnType<typeof show> => {
  const prepared = prepareQuery(generation, query, service);
  return show(generation, prepared, fetched(generation, prepared, source), {
    caller: service,
    states: suspended,
  });
};

const check = ({ query, data, expected, rejected = [], violations = [] }: Row): void => {
  const shown = shownTo(query, data);
  expect(JSON.parse(JSON.stringify(shown.data))).toEqual(expected);
  expect(shown.rejected.map(({ path }) => path)).toEqual(rejected);
  expect(shown.nullViolations.map(({ path }) => path)).toEqual(violations);
};

describe('a denied value', () => {
  const rows: readonly Row[] = [
    {
      name: 'is its type’s constant',
      query: '{ me { mail } }',
      data: of({ mail: 'a@b.jp' }),
      expected: { me: { mail: '█████@masked.invalid' } },
    },
    {
      name: 'is the constant where it was null',
      query: '{ me { mail } }',
      data: of({ mail: null }),
      expected: { me: { mail: '█████@masked.invalid' } },
    },
    {
      name: 'is the constant where it failed',
      query: '{ me { mail } }',
      data: of({}),
      expected: { me: { mail: '█████@masked.invalid' } },
    },
    {
      name: 'is masked before null propagates',
      query: '{ me { label mustMail } }',
      data: of({ label: 'l', mustMail: null }),
      expected: { me: { label: 'l', mustMail: '█████@masked.invalid' } },
    },
    {
      name: 'is the empty list',
      query: '{ me { mails } }',
      data: of({ mails: ['a@b.jp', 'c@d.jp'] }),
      expected: { me: { mails: [] } },
    },
    {
      name: 'is the empty list where it was null',
      query: '{ me { mails } }',
      data: of({ mails: null }),
      expected: { me: { mails: [] } },
    },
    {
      name: 'is the empty list of lists',
      query: '{ me { mailGrid } }',
      data: of({ mailGrid: [['a@b.jp'], []] }),
      expected: { me: { mailGrid: [] } },
    },
    {
      name: 'is null, of a nullable object',
      query: '{ me { card { number } } }',
      data: of({ card: { number: '1' } }),
      expected: { me: { card: null } },
    },
    {
      name: 'is the empty list, of objects',
      query: '{ me { cards { number } } }',
      data: of({ cards: [{ number: '1' }] }),
      expected: { me: { cards: [] } },
    },
    {
      name: 'is the empty list, of lists of objects',
      query: '{ me { cardGrid { number } } }',
      data: of({ cardGrid: [[{ number: '1' }, null]] }),
      expected: { me: { cardGrid: [] } },
    },
    {
      name: 'is rejected, of an object that may not be null',
      query: '{ me { mustCard { number } } }',
      data: of({ mustCard: { number: '1' } }),
      expected: { me: null },
      rejected: [['me', 'mustCard']],
    },
    {
      name: 'is rejected, of a type without a constant',
      query: '{ me { mustFlag } }',
      data: of({ mustFlag: true }),
      expected: { me: null },
      rejected: [['me', 'mustFlag']],
    },
    {
      name: 'is null, of a nullable type without a constant',
      query: '{ me { flag ratio } }',
      data: of({ flag: true, ratio: 1.5 }),
      expected: { me: { flag: null, ratio: null } },
    },
    {
      name: 'is rejected, of an enum',
      query: '{ me { mood } }',
      data: of({ mood: 'BAD' }),
      expected: { me: null },
      rejected: [['me', 'mood']],
    },
    {
      name: 'is rejected, of a scalar that the policy gives no constant',
      query: '{ me { odd } }',
      data: of({ odd: { deep: 1 } }),
      expected: { me: null },
      rejected: [['me', 'odd']],
    },
    {
      name: 'is the policy’s constant of a scalar',
      query: '{ me { at } }',
      data: of({ at: '2001-02-03T04:05:06Z' }),
      expected: { me: { at: '1970-01-01T00:00:00Z' } },
    },
    {
      name: 'is rejected where the author says so',
      query: '{ me { strict label } }',
      data: of({ strict: 's', label: 'l' }),
      expected: { me: { strict: null, label: 'l' } },
      rejected: [['me', 'strict']],
    },
    {
      name: 'is rejected and nulls its parent where it may not be null',
      query: '{ me { label mustStrict } }',
      data: of({ mustStrict: 's' }),
      expected: { me: null },
      rejected: [['me', 'mustStrict']],
    },
    {
      name: 'is rejected, of a list',
      query: '{ me { strictList } }',
      data: of({ strictList: [] }),
      expected: { me: { strictList: null } },
      rejected: [['me', 'strictList']],
    },
  ];
  it.each(rows)('$name', check);

  it('answers alike whatever it was', () => {
    for (const query of rows.map((row) => row.query)) {
      const name = /\{ me \{ (?:label )?(\w+)/.exec(query)?.[1] ?? '';
      const answers = [
        null,
        undefined,
        'a',
        7,
        true,
        [],
        ['x', null],
        [['x']],
        {},
        { number: null },
        [{ number: '2' }],
      ].map((value) => JSON.stringify(shownTo(query, { me: { id: '2', label: 'l', [name]: value } })));
      expect(new Set(answers).size, name).toBe(1);
    }
  });
});

describe('a value that is shown', () => {
  const rows: readonly Row[] = [
    {
      name: 'is as it was fetched',
      query: '{ me { mail flag mood } }',
      data: { me: { id: '1', mail: 'a@b.jp', flag: false, mood: 'BAD' } },
      expected: { me: { mail: 'a@b.jp', flag: false, mood: 'BAD' } },
    },
    {
      name: 'may be null',
      query: '{ me { mail } }',
      data: { me: { id: '1', mail: null } },
      expected: { me: { mail: null } },
    },
    {
      name: 'nulls its parent where it may not be null',
      query: '{ me { mustMail } }',
      data: { me: { id: '1', mustMail: null } },
      expected: { me: null },
      violations: [['me', 'mustMail']],
    },
    {
      name: 'nulls up to the root',
      query: '{ must { mustMail } }',
      data: { must: { id: '1' } },
      expected: null,
      violations: [['must', 'mustMail']],
    },
    {
      name: 'nulls its list',
      query: '{ me { mails } }',
      data: { me: { id: '1', mails: ['a', null] } },
      expected: { me: null },
      violations: [['me', 'mails', 1]],
    },
    {
      name: 'nulls the inner list alone',
      query: '{ grid { note } }',
      data: { grid: [[{ note: 'n' }], [{ note: null }]] },
      expected: { grid: [[{ note: 'n' }], null] },
      violations: [['grid', 1, 0, 'note']],
    },
    {
      name: 'row by row',
      query: '{ users { mail note } }',
      data: {
        users: [
          { id: '1', mail: 'a', note: 'x' },
          { id: '2', mail: 'b', note: 'y' },
        ],
      },
      expected: {
        users: [
          { mail: 'a', note: 'x' },
          { mail: '█████@masked.invalid', note: 'y' },
        ],
      },
    },
    {
      name: 'rejected in one row alone nulls what holds that row',
      query: '{ me { friends { mustStrict } } }',
      data: {
        me: {
          id: '1',
          friends: [
            { id: '1', mustStrict: 'a' },
            { id: '2', mustStrict: 'b' },
          ],
        },
      },
      expected: { me: { friends: [{ mustStrict: 'a' }, null] } },
      rejected: [['me', 'friends', 1, 'mustStrict']],
    },
    {
      name: 'of a member of a union',
      query: '{ hits { ... on User { mail } ... on Place { name } t: __typename } }',
      data: {
        hits: [
          { __typename: 'User', id: '2', mail: 'm' },
          { __typename: 'Place', name: 'n' },
        ],
      },
      expected: {
        hits: [
          { mail: '█████@masked.invalid', t: 'User' },
          { name: 'n', t: 'Place' },
        ],
      },
    },
    {
      name: 'not of a type that does not belong there, nor of none',
      query: '{ hits { __typename ... on User { mail } } }',
      data: {
        hits: [
          { __typename: 'Card', mail: 'm' },
          { mail: 'm' },
          { __typename: '__proto__', mail: 'm' },
          'User',
          { __typename: 'constructor', mail: 'm' },
        ],
      },
      expected: { hits: [null, null, null, null, null] },
    },
    {
      name: 'not where a list was due and none came',
      query: '{ users { note } }',
      data: { users: { note: 'x' } },
      expected: null,
      violations: [['users']],
    },
  ];
  it.each(rows)('$name', check);

  it('is rejected at the client’s own path', () => {
    const shown = shownOf('{ u: users { f: friend { s: strict } } }', {
      users: [{ friend: { id: '2', strict: 's' } }],
    });
    expect(JSON.parse(JSON.stringify(shown.data))).toEqual({ u: [{ f: { s: null } }] });
    expect(shown.rejected).toEqual([{ path: ['u', 0, 'f', 's'], coordinate: 'User.strict' }]);
  });

  it('comes in the client’s order, under the client’s keys, and nothing else with it', () => {
    const shown = shownOf('{ z: me { label t: __typename mail } a: me { note } }', {
      extra: 'e',
      me: { mail: 'a@b.jp', extra: 'e', id: '1', note: 'n', label: 'l' },
    });
    expect(JSON.stringify(shown.data)).toBe(
      '{"z":{"label":"l","t":"User","mail":"a@b.jp"},"a":{"note":"n"}}',
    );
  });
});

describe('level masked', () => {
  const part = callerFor({ purpose: 'service.part' });
  const rows: readonly {
    name: string;
    query: string;
    data: object;
    expected: object;
    rejected?: readonly (readonly (string | number)[])[];
  }[] = [
    {
      name: 'the category’s mask',
      query: '{ me { mail } }',
      data: { mail: 'taro@gmail.com' },
      expected: { mail: '█████@gmail.com' },
    },
    {
      name: 'the mask of every item',
      query: '{ me { mails } }',
      data: { mails: ['taro@gmail.com', 'x@corp.example'] },
      expected: { mails: ['█████@gmail.com', '█████@masked.invalid'] },
    },
    {
      name: 'the mask of every item of inner lists',
      query: '{ me { mailGrid } }',
      data: { mailGrid: [['taro@gmail.com', null], []] },
      expected: { mailGrid: [['█████@gmail.com', null], []] },
    },
    { name: 'null stays null', query: '{ me { mail } }', data: { mail: null }, expected: { mail: null } },
    {
      name: 'a mask that says nothing of a wrong type',
      query: '{ me { mail } }',
      data: { mail: 7 },
      expected: { mail: '█████@masked.invalid' },
    },
    {
      name: 'the constant where the mask does not fit the type',
      query: '{ me { flag at } }',
      data: { flag: true, at: 'x' },
      expected: { flag: null, at: '1970-01-01T00:00:00Z' },
    },
    {
      name: 'what lies beneath an object',
      query: '{ me { card { number part { size } } } }',
      data: { card: { number: '4111', part: null } },
      expected: { card: { number: '█████', part: null } },
    },
    {
      name: 'a rejection beneath an object where a leaf has no constant',
      query: '{ me { card { part { size } } } }',
      data: { card: { part: { size: 3 } } },
      expected: { card: { part: null } },
      rejected: [['me', 'card', 'part', 'size']],
    },
  ];
  it.each(rows)('shows $name', ({ query, data, expected, rejected = [] }) => {
    const shown = show(
      generation,
      prepareQuery(generation, query, part),
      { me: { id: '1', ...data } },
      { caller: part },
    );
    expect(JSON.parse(JSON.stringify(shown.data))).toEqual({ me: expected });
    expect(shown.rejected.map(({ path }) => path)).toEqual(rejected);
  });

  it('is of each category by itself', () => {
    const mixed = generationOf(
      `type Query { me: User } type User @key(fields: "id") @personal(subject: ["id"]) {
        id: ID! name: String @personal(category: "contact.name") mail: String @personal(category: "contact.email")
      }`,
      smallPolicy({ 'contact: masked': 'contact.name: full, contact.email: masked' }),
    );
    const data = { me: { id: '1', name: 'Taro', mail: 'taro@gmail.com' } };
    const shown = show(mixed, prepareQuery(mixed, '{ me { name mail } }', part), data, { caller: part });
    expect(shown.data).toMatchObject({ me: { name: 'Taro', mail: '█████@gmail.com' } });
  });

  it('is told alike whether or not there is a value', () => {
    const query = '{ users { mail card { number } } }';
    const [some, none] = [
      { id: '1', mail: 'taro@gmail.com', card: { number: '4' } },
      { id: '1', mail: null, card: { number: '4' } },
    ].map((user) =>
      show(generation, prepareQuery(generation, query, part), { users: [user] }, { caller: part }),
    );
    expect(none?.masked).toEqual(some?.masked);
    expect(none?.masked.map(({ coordinate }) => coordinate)).toContain('User.mail');
  });
});

describe('beneath a personal object', () => {
  it('is bound as it is, down to the next entity, which is bound by its own', () => {
    const shown = shownTo('{ me { cards { number part { size } } friend { mail label } } }', {
      me: {
        id: '1',
        cards: [{ number: '4', part: { size: 1 } }],
        friend: { id: '2', mail: 'm', label: 'l' },
      },
    });
    expect(JSON.parse(JSON.stringify(shown.data))).toEqual({
      me: {
        cards: [{ number: '4', part: { size: 1 } }],
        friend: { mail: '█████@masked.invalid', label: 'l' },
      },
    });
    expect(shown.subjects).toEqual(['user:1', 'user:2']);
  });
});

describe('hostile names', () => {
  it('are keys like any other in the answer', () => {
    const { data } = shownOf('{ __proto__: me { constructor: label toString: mail hasOwnProperty: note } }', {
      me: { id: '2', label: 'l', mail: 'm', note: 'n' },
    });
    expect(JSON.stringify(data)).toBe(
      '{"__proto__":{"constructor":"l","toString":"█████@masked.invalid","hasOwnProperty":"n"}}',
    );
  });

  it('read nothing but what a subgraph sent', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(readOwn({}, name)).toBeUndefined();
      expect(readOwn([], name)).toBeUndefined();
      expect(readOwn(JSON.parse(`{"${name}":1}`), name)).toBe(1);
    }
    for (const value of [null, undefined, 'text', 7, true]) expect(readOwn(value, 'length')).toBeUndefined();
  });

  it('in a subgraph’s JSON give no object its fields', () => {
    const data: unknown = JSON.parse('{"me":{"id":"1","__proto__":{"label":"l","mail":"m"}}}');
    expect(JSON.parse(JSON.stringify(shownTo('{ me { label mail } }', data).data))).toEqual({
      me: { label: null, mail: null },
    });
  });
});
