import { beforeAll, describe, expect, it } from 'vitest';
import { composeTest } from '../../gatewayHarness.ts';
import { SMALL_POLICY } from '../../policies/smallPolicy.ts';
import { decisionsOf, explained, fieldOf, type ExplainRequest } from './explainHarness.ts';

/** Every way by which something binds a field. */
const SUPERGRAPH = composeTest([
  {
    name: 'people',
    typeDefs: `
      type Query {
        me: Person
        named: [Named!]!
        find(email: String @personal(category: "contact.email"), filter: Filter): [Person!]!
        things: [Thing!]!
      }
      type Mutation { save(input: Filter): Person }
      type Subscription { saved: Person }
      input Filter { email: String @personal(category: "contact.email") name: String order: Order }
      enum Order { AGE EMAIL @personal(category: "contact.email") }
      interface Named { name: String @personal(category: "contact.name") label: String }
      type Person implements Named @key(fields: "id") @personal(subject: ["id"]) {
        id: ID!
        name: String @shareable
        label: String
        secret: String @personal(category: "secret")
        cookie: String @personal(category: "cookie")
        email: Email
        score: Int @personal(category: "contact.name", otherwise: "reject")
        address: Address @personal(category: "contact.name")
        friend: Person @personal(category: "secret")
        buddy: Person @personal(category: "contact.name")
        note: String @personal(category: "contact.name") @purpose(deny: ["offers"])
        part: String @personal(category: "contact.name") @purpose(allow: ["service"])
      }
      type Address { city: String home: Home }
      type Home { door: String @personal(category: "contact.email") }
      scalar Email @personal(category: "contact.email")
      type Company implements Named @key(fields: "id") { id: ID! name: String label: String }
      type Thing @key(fields: "id") {
        id: ID!
        orphan: String @personal(category: "contact.name")
        owner: Person
        of: String @personal(category: "contact.name", subject: ["owner { id }"])
      }
    `,
  },
  {
    name: 'cards',
    typeDefs: `
      type Person @key(fields: "id") {
        id: ID!
        name: String @shareable @external
        greeting: String @requires(fields: "name")
        initial: String @requires(fields: "name") @personal(category: "none", reason: "A letter tells nobody apart.")
      }
    `,
  },
  {
    name: 'prints',
    typeDefs: `
      type Person @key(fields: "id") {
        id: ID!
        greeting: String @external
        poster: String @requires(fields: "greeting")
      }
    `,
  },
]);

const explainHere = (request: Omit<ExplainRequest, 'supergraph'>) =>
  explained({ supergraph: SUPERGRAPH, ...request });

describe('what is decided', () => {
  it.each([
    {
      name: 'by level and basis',
      given: { query: `{ me { id mail: email name } }` },
      expected: [
        'me: not personal',
        'id: not personal',
        'mail: email: full by notified',
        'name: full by notified',
      ],
    },
    {
      name: 'by each static row, and is not fetched',
      given: { query: `{ me { secret cookie part } }` },
      expected: [
        'me: not personal',
        'secret: denied NEVER_DISCLOSED, dropped',
        'cookie: denied CATEGORY_NOT_COVERED, dropped',
        'part: denied PURPOSE_NOT_ALLOWED, dropped',
      ],
    },
    {
      name: 'without a purpose',
      given: { query: `{ me { name } }`, purpose: null },
      expected: ['me: not personal', 'name: denied PURPOSE_MISSING, dropped'],
    },
    {
      name: 'by the purpose that the operation declares',
      given: {
        query: `query ($on: Boolean = true) @usedFor(purpose: "offers") { me { note @include(if: $on) } }`,
        client: 'many',
        recipient: 'internal',
        purpose: null,
      },
      expected: ['me: not personal', 'note: denied PURPOSE_DENIED, dropped'],
    },
    {
      name: 'beneath what is denied',
      given: { query: `{ me { friend { id name } } }` },
      expected: [
        'me: not personal',
        'friend: denied NEVER_DISCLOSED, dropped',
        'id: denied with Person.friend, dropped',
        'name: denied with Person.friend, dropped',
      ],
    },
    {
      name: 'beneath what each subject may permit',
      given: { query: `{ me { buddy { id } } }` },
      expected: ['me: not personal', 'buddy: full by notified', 'id: shown with Person.buddy'],
    },
    {
      name: 'down to value types beneath what is personal',
      given: { query: `{ me { address { city home { door } } } }` },
      expected: [
        'me: not personal',
        'address: full by notified',
        'city: full by notified',
        'home: full by notified',
        'door: full by notified',
      ],
    },
    {
      name: 'where nobody is named',
      given: { query: `{ things { orphan of } }` },
      expected: [
        'things: not personal',
        'orphan: unresolved SUBJECT_UNRESOLVED, dropped',
        'of: full by notified',
      ],
    },
    {
      name: 'on each concrete type that differs',
      given: { query: `{ named { __typename label name } }` },
      expected: [
        'named: not personal',
        '__typename: gateway',
        'label: not personal',
        'name: unresolved SUBJECT_UNRESOLVED, full by notified',
      ],
    },
    {
      name: 'of what is left out, and of what no type can hold',
      given: {
        query: `{ me { name @skip(if: true) ...C ... on Named { ... on Company { id } } } } fragment C on Person { label }`,
      },
      expected: ['me: not personal', 'name: left out', 'id: nowhere', 'label: not personal'],
    },
    {
      name: 'for one operation of several, with its fragments alone',
      given: {
        query: `query A { me { ...X } } query B { me { ...Y } } fragment X on Person { id } fragment Y on Person { name }`,
        operationName: 'B',
      },
      expected: ['me: not personal', 'name: full by notified'],
    },
  ])('$name', ({ given, expected }) => {
    expect(decisionsOf(explainHere(given))).toEqual(expected);
  });
});

describe('what is shown in its place', () => {
  it.each([
    {
      name: 'a constant',
      selection: 'email',
      given: {},
      expected: [
        { kind: 'constant', value: null },
        { name: 'domain', kind: 'email' },
      ],
    },
    {
      name: 'an error',
      selection: 'score',
      given: {},
      expected: [{ kind: 'rejected' }, { name: null, kind: 'constant' }],
    },
    {
      name: 'by the category’s mask',
      selection: 'name',
      given: { purpose: 'service.part' },
      expected: [
        { kind: 'constant', value: '█████' },
        { name: null, kind: 'constant' },
      ],
    },
  ])('$name', ({ selection, given, expected }) => {
    const [only] = fieldOf(explainHere({ query: `{ me { ${selection} } }`, ...given }), selection).cases;
    expect([only?.rule?.whenDenied, only?.rule?.mask]).toEqual(expected);
  });

  it('a mask, named as the policy does, where consent is missing', () => {
    const query = `{ me { address { home { door } } } }`;
    const policy = SMALL_POLICY.replace(
      "contact.name: { article: '2', identifying: true, mask: hidden",
      "contact.name: { article: '2', identifying: true, mask: domain",
    );
    const explanation = explainHere({
      query,
      policy,
      client: 'many',
      purpose: 'panel',
      recipient: 'internal',
    });
    expect(fieldOf(explanation, 'door').cases).toMatchObject([
      {
        decision: { kind: 'per subject', level: 'full', basis: 'consent', fallback: 'masked' },
        rule: { mask: { name: 'domain', kind: 'email' } },
      },
    ]);
    expect(explanation.text).toContain('# without consent masked by domain (email)');
  });
});

describe('why a field is bound', () => {
  it.each([
    {
      name: 'by its own annotations',
      selection: 'cookie',
      query: `{ me { cookie } }`,
      expected: ['Person.cookie: on the field'],
    },
    {
      name: 'by its interface’s',
      selection: 'name',
      query: `{ me { name } }`,
      expected: ['Named.name: on the interface’s field'],
    },
    {
      name: 'by its scalar’s',
      selection: 'email',
      query: `{ me { email } }`,
      expected: ['Email: on the type that it returns'],
    },
    {
      name: 'by what it requires',
      selection: 'greeting',
      query: `{ me { greeting } }`,
      expected: ['Named.name: @requires Person.name, on the interface’s field'],
    },
    {
      name: 'by what that requires',
      selection: 'poster',
      query: `{ me { poster } }`,
      expected: ['Named.name: @requires Person.greeting, @requires Person.name, on the interface’s field'],
    },
    {
      name: 'by what is around it',
      selection: 'city',
      query: `{ me { address { city } } }`,
      expected: ['Person.address: on what is around it'],
    },
    {
      name: 'by both',
      selection: 'door',
      query: `{ me { address { home { door } } } }`,
      expected: ['Home.door: on the field', 'Person.address: on what is around it'],
    },
  ])('$name', ({ selection, query, expected }) => {
    expect(why(selection, query)).toEqual([expected]);
  });

  it('with the lines of each annotation and entry', () => {
    const [supergraph, policy] = [SUPERGRAPH, SMALL_POLICY].map((text) => text.split('\n'));
    const { fields } = explainHere({
      query: `{ me { id name email secret cookie part score greeting poster address { city } } things { of orphan } find(email: "a") { note } }`,
    });
    const rules = fields.flatMap(({ cases, inputs }) => [...cases.map(({ rule }) => rule), ...inputs]);
    const annotations = rules.flatMap((rule) => [
      ...(rule?.annotations ?? []),
      ...(rule !== null && 'subjects' in rule ? rule.subjects.flatMap((each) => each.annotations) : []),
    ]);
    const entries = rules.flatMap((rule) => rule?.policy ?? []);
    expect(annotations.length).toBeGreaterThan(15);
    expect(entries.length).toBeGreaterThan(15);
    for (const { line, text } of annotations) expect(supergraph?.[line - 1]).toContain(text);
    for (const { line, entry } of entries) {
      const key = / › ([\w.]+)(?:: .+| \(.+)?$/.exec(entry)?.[1] ?? '?';
      expect(policy?.slice(line - 1, line + 2).join('\n'), entry).toContain(`${key}:`);
    }
  });
});

describe('whom it is about', () => {
  it.each([
    {
      name: 'its object',
      query: `{ me { name } }`,
      selection: 'name',
      expected: { of: 'Person', at: 'me', path: 'id', namespace: 'user', unresolved: null },
    },
    {
      name: 'the object around it',
      query: `{ me { address { city } } }`,
      selection: 'city',
      expected: { of: 'Person', at: 'me', path: 'id', unresolved: null },
    },
    {
      name: 'whom it names itself',
      query: `{ things { of } }`,
      selection: 'of',
      expected: { of: 'Thing', at: 'things[]', path: 'owner { id }', unresolved: null },
    },
    {
      name: 'nobody',
      query: `{ things { orphan } }`,
      selection: 'orphan',
      expected: { of: null, unresolved: 'no object around it names anybody' },
    },
  ])('$name', ({ query, selection, expected }) => {
    expect(fieldOf(explainHere({ query }), selection).cases[0]?.rule?.subjects).toMatchObject([expected]);
  });
});

describe('personal arguments', () => {
  it.each([
    {
      name: 'that the purpose may look up',
      given: { query: `{ find(email: "a") { id } }`, purpose: 'service' },
      expected: {
        inputs: [{ coordinate: 'Query.find(email:)', use: 'lookup', permitted: true }],
        refusal: null,
        fetches: true,
      },
    },
    {
      name: 'that it may not, so that nothing is fetched',
      given: { query: `{ find(email: "a") { id } }` },
      expected: {
        inputs: [{ coordinate: 'Query.find(email:)', use: 'lookup', permitted: false }],
        refusal: 'PERSONAL_ARGUMENT_REJECTED',
        fetches: false,
      },
    },
    {
      name: 'in input objects and enums, by variables',
      given: {
        query: `query ($f: Filter) { find(filter: $f) { id } }`,
        variables: { f: { email: null, order: 'EMAIL' } },
      },
      expected: {
        inputs: [
          { coordinate: 'Filter.email', use: 'lookup', permitted: false },
          { coordinate: 'Order.EMAIL', use: 'lookup', permitted: false },
        ],
        refusal: 'PERSONAL_ARGUMENT_REJECTED',
        fetches: false,
      },
    },
    {
      name: 'that are not given by the variables',
      given: { query: `query ($f: Filter) { find(filter: $f) { id } }`, variables: { f: { name: 'n' } } },
      expected: { inputs: [], refusal: null, fetches: true },
    },
    {
      name: 'of mutations, which are written',
      given: { query: `mutation { save(input: { email: "a" }) { id } }` },
      expected: {
        inputs: [{ coordinate: 'Filter.email', use: 'write', permitted: true }],
        refusal: null,
        fetches: true,
      },
    },
    {
      name: 'of mutations, by a client that may not write',
      given: {
        query: `mutation { save(input: { email: "a" }) { id } }`,
        client: 'many',
        purpose: 'offers',
        recipient: 'internal',
      },
      expected: {
        inputs: [{ coordinate: 'Filter.email', use: 'write', permitted: false }],
        refusal: 'PERSONAL_ARGUMENT_REJECTED',
        fetches: false,
      },
    },
  ])('$name', ({ given, expected }) => {
    expect(inputs(given)).toEqual(expected);
  });

  it('are told as far as they go where no variables are given', () => {
    const query = `query ($e: String!, $f: Filter) { find(email: $e, filter: $f) { id } }`;
    const explanation = explainHere({ query });
    expect(explanation.missingVariables).toEqual(['e', 'f']);
    expect(fieldOf(explanation, 'find').inputs).toMatchObject([
      { coordinate: 'Query.find(email:)', permitted: false },
    ]);
    expect(() => explainHere({ query: `query ($on: Boolean!) { me { id @skip(if: $on) } }` })).toThrow(
      'give it by --variables',
    );
  });
});

describe('what the gateway would refuse', () => {
  it('is told with the purpose that the operation declares', () => {
    const query = `query @usedFor(purpose: "offers") { me { id } }`;
    expect(explainHere({ query, purpose: null })).toMatchObject({
      purpose: 'offers',
      refusal: { code: 'PURPOSE_NOT_PERMITTED' },
    });
  });

  it.each([
    {
      name: 'an unknown client',
      given: { client: 'nobody' },
      expected: { code: 'CLIENT_UNKNOWN', status: 403 },
    },
    {
      name: 'an unknown purpose',
      given: { purpose: 'none' },
      expected: { code: 'PURPOSE_UNKNOWN', status: 403 },
    },
    {
      name: 'a purpose of others',
      given: { purpose: 'offers' },
      expected: { code: 'PURPOSE_NOT_PERMITTED', status: 403 },
    },
    {
      name: 'a client of several recipients',
      given: { client: 'many', purpose: 'offers' },
      expected: { code: 'RECIPIENT_REQUIRED', status: 400 },
    },
    {
      name: 'a recipient of others',
      given: { recipient: 'group' },
      expected: { code: 'RECIPIENT_NOT_PERMITTED', status: 403 },
    },
    {
      name: 'two purposes',
      given: { query: `query @usedFor(purpose: "service") { me { id } }` },
      expected: { code: 'PURPOSE_CONFLICT', status: 400 },
    },
    {
      name: 'variables of other types',
      given: { query: `query ($e: String!) { find(email: $e) { id } }`, variables: { e: 1 } },
      expected: { code: 'BAD_USER_INPUT', status: 400 },
    },
    {
      name: 'a subscription',
      given: { query: `subscription { saved { id } }` },
      expected: { code: 'OPERATION_NOT_SUPPORTED', status: 400 },
    },
  ])('$name', ({ given, expected }) => {
    const explanation = explainHere({ query: `{ me { id } }`, ...given });
    expect(explanation).toMatchObject({ refusal: expected, fields: [], fetches: [] });
    expect(explanation.text).toContain(`# refused: ${expected.code} (HTTP ${expected.status})`);
    expect(explanation.text).toContain('# No subgraph is asked.');
  });
});

describe('what is fetched', () => {
  it('leaves out what is denied, and says where it is asked for all the same', () => {
    const { fields, fetches, text } = explainHere({
      query: `{ me { name note initial } }`,
      client: 'many',
      purpose: 'offers.seasonal',
      recipient: 'internal',
    });
    expect(fields.map(({ selection, fetch, elsewhere }) => ({ selection, fetch, elsewhere }))).toEqual([
      { selection: 'me', fetch: 'asked', elsewhere: [] },
      { selection: 'name', fetch: 'dropped', elsewhere: ['people'] },
      { selection: 'note', fetch: 'dropped', elsewhere: [] },
      { selection: 'initial', fetch: 'asked', elsewhere: [] },
    ]);
    expect(text).toContain('not fetched for this, but of people as a key, for @requires or elsewhere');
    expect(fetches.map(({ subgraph }) => subgraph)).toEqual(['people', 'cards']);
    expect(JSON.stringify(fetches)).not.toContain('note');
  });
});

describe('the text', () => {
  let text = '';
  beforeAll(() => {
    ({ text } = explainHere({
      query: `query Mine($on: Boolean = true) { who: me { id ...P @include(if: $on) } __typename }\nfragment P on Person { cookie }`,
    }));
  });

  it('is the operation, with comments', () => {
    expect(text).toBe(`# client desk, purpose upkeep, recipient internal
# s.graphql under policy.yaml

query Mine($on: Boolean = true) {
  who: me {                          # not personal
    id                               # not personal
    ...P @include(if: $on)
  }
  __typename                         # not personal
}

fragment P on Person {
  cookie                             # denied: CATEGORY_NOT_COVERED (row 7); not fetched
    # category cookie; denied: "█████"
    # about user:{ id } of Person at who
    # s.graphql:${lineOf(SUPERGRAPH, 'cookie: String')} Person.cookie @personal(category: "cookie"), on the field
    # s.graphql:${lineOf(SUPERGRAPH, '@personal(subject: ["id"])')} Person @personal(subject: ["id"]), on its type
    # policy.yaml:${lineOf(SMALL_POLICY, 'levels: { contact: full } }', 'upkeep:')} purposes › upkeep › levels (nothing for cookie)
}

# asks people
#   query Mine__people__0 {
#     _s0: me {
#       id
#     }
#   }
`);
  });

  it('is the same each time', () => {
    const request = { query: `{ named { name } me { email } }` };
    expect(explainHere(request)).toEqual(explainHere(request));
  });
});

/** The line of a text, counted from 1, after another. */
function lineOf(source: string, text: string, after = ''): number {
  const start = source.indexOf(after);
  return source.slice(0, source.indexOf(text, start)).split('\n').length;
}

/** The coordinates of what binds a field, with the reasons, for each case. */
function why(selection: string, query: string): unknown {
  return fieldOf(explainHere({ query }), selection).cases.map(({ rule }) =>
    rule?.annotations.map(({ coordinate, why: reason }) => `${coordinate}: ${reason}`),
  );
}

/** What an operation gives, and what becomes of it. */
function inputs(given: Omit<ExplainRequest, 'supergraph'>): unknown {
  const explanation = explainHere(given);
  return {
    inputs: explanation.fields.flatMap((field) =>
      field.inputs.map(({ coordinate, use, permitted }) => ({ coordinate, use, permitted })),
    ),
    refusal: explanation.refusal?.code ?? null,
    fetches: explanation.fetches.length > 0,
  };
}
