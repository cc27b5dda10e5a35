import * as fc from 'fast-check';
import {
  buildSchema,
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { withoutValues } from '../../gateway/withoutValues.ts';

const schema: GraphQLSchema = buildSchema(`
  directive @once(why: String!) on FIELD
  type Query { me: User person(id: ID): User pick(n: Int, x: Float, s: String, b: Boolean, e: Kind, f: Filter, l: [[Int!]], o: One): String }
  type Subscription { a: Int b: Int }
  interface Named { name: String }
  type User implements Named { name: String age(unit: String!): Int email: String friend: User }
  type Robot implements Named { name: String model: Int }
  enum Kind { A B }
  input Filter { n: Int! s: String inner: Filter }
  input One @oneOf { a: Int b: Int }
`);

const unsuggested = (message: string): string => message.replace(/ Did you mean .*$/su, '');

/** What a client is told about a document, one message an error. */
const told = (query: string): readonly string[] => {
  try {
    return validate(schema, parse(query), specifiedRules).map(({ message }) =>
      withoutValues(unsuggested(message), 'GRAPHQL_VALIDATION_FAILED'),
    );
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [withoutValues(error.message, 'GRAPHQL_PARSE_FAILED')];
  }
};

/** Many aliases of one field. */
const nested = (field: string): string =>
  Array.from({ length: 60 }, (_, at) => `aliasNumber${at}: ${field}`).join(' ');

/** Stands for a value, in whole or in part. */
const SECRET = 'secret';

describe('values are not quoted', () => {
  const values: readonly { name: string; query: string; expected: string }[] = [
    {
      name: 'a text for an Int',
      query: '{ pick(n: "secret") }',
      expected: 'Int cannot represent non-integer value: …',
    },
    {
      name: 'a number too large for an Int',
      query: '{ pick(n: 4111111111111111) }',
      expected: 'Int cannot represent non 32-bit signed integer value: …',
    },
    {
      name: 'a text for a Float',
      query: '{ pick(x: "secret") }',
      expected: 'Float cannot represent non numeric value: …',
    },
    {
      name: 'a number for a String',
      query: '{ pick(s: 4111111111111111) }',
      expected: 'String cannot represent a non string value: …',
    },
    {
      name: 'an enum value for a String',
      query: '{ pick(s: secret) }',
      expected: 'String cannot represent a non string value: …',
    },
    {
      name: 'a list for a String',
      query: '{ pick(s: ["a", "secret"]) }',
      expected: 'String cannot represent a non string value: …',
    },
    {
      name: 'a text for a Boolean',
      query: '{ pick(b: "secret") }',
      expected: 'Boolean cannot represent a non boolean value: …',
    },
    {
      name: 'an object for an ID',
      query: '{ person(id: { email: "secret@example.com" }) { name } }',
      expected: 'ID cannot represent a non-string and non-integer value: …',
    },
    {
      name: 'a word for an enum',
      query: '{ pick(e: secret) }',
      expected: 'Value "…" does not exist in "Kind" enum.',
    },
    {
      name: 'a word that is almost an enum’s',
      query: '{ pick(e: a) }',
      expected: 'Value "…" does not exist in "Kind" enum.',
    },
    {
      name: 'a text for an enum',
      query: '{ pick(e: "secret") }',
      expected: 'Enum "Kind" cannot represent non-enum value: ….',
    },
    {
      name: 'a text for an input object',
      query: '{ pick(f: "secret") }',
      expected: 'Expected value of type "Filter", found …',
    },
    {
      name: 'a block text',
      query: '{ pick(f: """\n secret\n " lines\n""") }',
      expected: 'Expected value of type "Filter", found …',
    },
    {
      name: 'null where there must be something',
      query: '{ pick(f: { n: null, s: "secret" }) }',
      expected: 'Expected value of type "Int!", found …',
    },
    {
      name: 'a text in an input object in an input object',
      query: '{ pick(f: { n: 1, inner: { n: "secret" } }) }',
      expected: 'Int cannot represent non-integer value: …',
    },
    {
      name: 'a text in a list of lists',
      query: '{ pick(l: [[1], ["secret"]]) }',
      expected: 'Int cannot represent non-integer value: …',
    },
    {
      name: 'a variable’s default',
      query: 'query ($v: Int = "secret") { pick(n: $v) }',
      expected: 'Int cannot represent non-integer value: …',
    },
    {
      name: 'a directive’s argument',
      query: '{ pick @skip(if: "secret") }',
      expected: 'Boolean cannot represent a non boolean value: …',
    },
    {
      name: 'a text that speaks as messages do',
      query: '{ pick(e: "secret\\" does not exist in \\"Kind\\" enum. Did you mean that?") }',
      expected: 'Enum "Kind" cannot represent non-enum value: ….',
    },
    // While parsing.
    {
      name: 'a text where a name must be',
      query: '{ person("secret") }',
      expected: 'Syntax Error: Expected Name, found String.',
    },
    {
      name: 'a block text where a name must be',
      query: '{ person("""secret""") }',
      expected: 'Syntax Error: Expected Name, found BlockString.',
    },
    {
      name: 'an unquoted text',
      query: '{ pick(s: Ada secret@example.com) }',
      expected: 'Syntax Error: Expected ":", found "@".',
    },
    {
      name: 'a word behind the value',
      query: '{ pick(s: "Ada" { secret }',
      expected: 'Syntax Error: Expected Name, found "{".',
    },
    {
      name: 'a number where a name must be',
      query: '{ 4111 }',
      expected: 'Syntax Error: Expected Name, found Int.',
    },
    {
      name: 'a fraction where a name must be',
      query: '{ 41.11 }',
      expected: 'Syntax Error: Expected Name, found Float.',
    },
    { name: 'a stray number', query: '{ me { name } } 4111', expected: 'Syntax Error: Unexpected Int.' },
    { name: 'a stray word', query: '{ me { name } } secret', expected: 'Syntax Error: Unexpected Name.' },
    {
      name: 'a description before an operation',
      query: 'fragment "secret" on User { name }',
      expected: 'Syntax Error: Expected Name, found String.',
    },
    {
      name: 'a word where a keyword must be',
      query: 'fragment F secret User { name }',
      expected: 'Syntax Error: Expected "on", found Name.',
    },
    {
      name: 'a text that does not end',
      query: '{ pick(s: "secret',
      expected: 'Syntax Error: Unterminated string.',
    },
    {
      name: 'a block text that does not end',
      query: '{ pick(s: """secret',
      expected: 'Syntax Error: Unterminated string.',
    },
    {
      name: 'an escape that is none',
      query: '{ pick(s: "\\secret") }',
      expected: 'Syntax Error: Invalid character escape sequence: ….',
    },
    {
      name: 'a Unicode escape that is none',
      query: '{ pick(s: "\\u{secret}") }',
      expected: 'Syntax Error: Invalid Unicode escape sequence: ….',
    },
    {
      name: 'a short Unicode escape that is none',
      query: '{ pick(s: "\\usecret") }',
      expected: 'Syntax Error: Invalid Unicode escape sequence: ….',
    },
    {
      name: 'half a character in a text',
      query: '{ pick(s: "\ud800secret") }',
      expected: 'Syntax Error: Invalid character within String: ….',
    },
    {
      name: 'a text in single quotes',
      query: "{ pick(s: 'secret') }",
      expected:
        'Syntax Error: Unexpected single quote character (\'), did you mean to use a double quote (")?',
    },
    {
      name: 'characters that are none of the language',
      query: '{ pick(s: 名secret) }',
      expected: 'Syntax Error: Unexpected character: ….',
    },
    {
      name: 'a telephone number',
      query: '{ pick(n: 0903) }',
      expected: 'Syntax Error: Invalid number, unexpected digit after 0: ….',
    },
    {
      name: 'a number with letters',
      query: '{ pick(n: 12secret) }',
      expected: 'Syntax Error: Invalid number, expected digit but got: ….',
    },
    {
      name: 'a variable in a default',
      query: 'query ($v: Int = [$secretly]) { me { name } }',
      expected: 'Syntax Error: Unexpected variable "$secretly" in constant value.',
    },
  ];
  it.each(values)('$name', ({ query, expected }) => {
    const messages = told(query);
    expect(messages).toContain(expected);
    expect(messages.join().replace('$secretly', '')).not.toMatch(/secret|4111|0903|Ada|名/u);
  });

  it('however they are written, wherever they stand', () => {
    const literal = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'binary' }).map((text) => JSON.stringify(`${SECRET}${text}`)),
        fc.string().map((text) => `"""${SECRET}${text.replaceAll('"""', '').replaceAll('\\', '')}\n"""`),
        fc.constantFrom(SECRET, `${SECRET}_2`, '7777777777777', '-777777.777777'),
        fc.array(tie('value')).map((items) => `[${items.join(', ')}]`),
        fc.array(tie('value')).map((items) => `{ ${items.map((item, at) => `k${at}: ${item}`).join(' ')} }`),
        // Cut off, or wrapped in what may not be there.
        tie('value').map((text) => text.slice(0, -1)),
        tie('value').map((text) => `${text} ${SECRET}`),
      ),
    })).value;
    const place = fc.constantFrom(
      'n: ',
      's: ',
      'b: ',
      'e: ',
      'f: ',
      'f: { n: 1, s: ',
      'l: ',
      'o: { a: ',
      '',
      'n: $v, x: ',
    );
    fc.assert(
      fc.property(literal, place, (value, before) => {
        expect(told(`{ pick(${before}${value}) }`).join()).not.toMatch(/secret|7777/u);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('names stay', () => {
  const rows: readonly (readonly [query: string, expected: string])[] = [
    ['type T { a: Int }', 'The "T" definition is not executable.'],
    ['schema { query: Query }', 'The schema definition is not executable.'],
    ['query A { me { name } } query A { me { name } }', 'There can be only one operation named "A".'],
    [
      '{ me { name } } query A { me { name } }',
      'This anonymous operation must be the only defined operation.',
    ],
    ['subscription S { a b }', 'Subscription "S" must select only one top level field.'],
    ['subscription { a b }', 'Anonymous Subscription must select only one top level field.'],
    ['subscription S { __typename }', 'Subscription "S" must not select an introspection top level field.'],
    [
      'subscription { __typename }',
      'Anonymous Subscription must not select an introspection top level field.',
    ],
    ['query ($v: Usr) { me { name } }', 'Unknown type "Usr".'],
    [
      '{ pick(s: "secret") { a } }',
      'Field "pick" must not have a selection since type "String" has no subfields.',
    ],
    ['{ ... on Kind { a } }', 'Fragment cannot condition on non composite type "Kind".'],
    ['{ ...F } fragment F on Kind { a }', 'Fragment "F" cannot condition on non composite type "Kind".'],
    ['query ($v: [User!]!) { me { name } }', 'Variable "$v" cannot be non-input type "[User!]!".'],
    ['{ me }', 'Field "me" of type "User" must have a selection of subfields.'],
    ['{ me { nam } }', 'Cannot query field "nam" on type "User".'],
    [
      '{ ...F } fragment F on Query { me { name } } fragment F on Query { me { name } }',
      'There can be only one fragment named "F".',
    ],
    ['{ ...F }', 'Unknown fragment "F".'],
    ['{ me { name } } fragment F on User { name }', 'Fragment "F" is never used.'],
    [
      '{ me { ... on Robot { model } } }',
      'Fragment cannot be spread here as objects of type "User" can never be of type "Robot".',
    ],
    [
      '{ me { ...F } } fragment F on Robot { model }',
      'Fragment "F" cannot be spread here as objects of type "User" can never be of type "Robot".',
    ],
    ['{ me { ...F } } fragment F on User { ...F }', 'Cannot spread fragment "F" within itself.'],
    [
      '{ me { ...F } } fragment F on User { ...G } fragment G on User { ...H } fragment H on User { ...F }',
      'Cannot spread fragment "F" within itself via "G", "H".',
    ],
    ['query ($v: Int, $v: Int) { pick(n: $v) }', 'There can be only one variable named "$v".'],
    ['{ pick(n: $v) }', 'Variable "$v" is not defined.'],
    ['query A { pick(n: $v) }', 'Variable "$v" is not defined by operation "A".'],
    ['query ($v: Int) { pick }', 'Variable "$v" is never used.'],
    ['query A($v: Int) { pick }', 'Variable "$v" is never used in operation "A".'],
    ['{ pick @twice }', 'Unknown directive "@twice".'],
    ['query @skip(if: true) { pick }', 'Directive "@skip" may not be used on QUERY.'],
    [
      '{ ...F @once(why: "secret") } fragment F on Query { pick }',
      'Directive "@once" may not be used on FRAGMENT_SPREAD.',
    ],
    [
      '{ pick @skip(if: true) @skip(if: true) }',
      'The directive "@skip" can only be used once at this location.',
    ],
    ['{ pick(m: "secret") }', 'Unknown argument "m" on field "Query.pick".'],
    ['{ pick @skip(of: "secret", if: true) }', 'Unknown argument "of" on directive "@skip".'],
    ['{ pick(s: "secret", s: "secret") }', 'There can be only one argument named "s".'],
    ['{ me { age } }', 'Field "age" argument "unit" of type "String!" is required, but it was not provided.'],
    [
      '{ pick @once }',
      'Directive "@once" argument "why" of type "String!" is required, but it was not provided.',
    ],
    [
      'query ($v: [Int]) { pick(n: $v) }',
      'Variable "$v" of type "[Int]" used in position expecting type "Int".',
    ],
    [
      'query ($v: Int) { pick(o: { a: $v }) }',
      'Variable "$v" is of type "Int" but must be non-nullable to be used for OneOf Input Object "One".',
    ],
    ['{ pick(o: { a: 1, b: 2 }) }', 'OneOf Input Object "One" must specify exactly one key.'],
    ['{ pick(o: { a: null }) }', 'Field "One.a" must be non-null.'],
    ['{ pick(f: { s: "secret" }) }', 'Field "Filter.n" of required type "Int!" was not provided.'],
    ['{ pick(f: { n: 1, m: "secret" }) }', 'Field "m" is not defined by type "Filter".'],
    ['{ pick(f: { n: 1, s: "a", s: "secret" }) }', 'There can be only one input field named "s".'],
    [
      '{ x: pick(s: "secret") x: pick(s: "other") }',
      'Fields "x" conflict because they have differing arguments. Use different aliases on the fields to fetch both if this was intentional.',
    ],
    [
      '{ x: me { name } x: pick }',
      'Fields "x" conflict because "me" and "pick" are different fields. Use different aliases on the fields to fetch both if this was intentional.',
    ],
    [
      '{ me { ... on Named { ... on User { x: name } ... on Robot { x: model } } } }',
      'Fields "x" conflict because they return conflicting types "String" and "Int". Use different aliases on the fields to fetch both if this was intentional.',
    ],
    [
      '{ me { a: friend { x: name y: name } a: friend { x: email y: email } } }',
      'Fields "a" conflict because subfields "x" conflict because "name" and "email" are different fields and subfields "y" conflict because "name" and "email" are different fields. Use different aliases on the fields to fetch both if this was intentional.',
    ],
    [
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      'Maximum introspection depth exceeded',
    ],
    [
      `{ ${Array.from({ length: 101 }, (_, at) => `x${at}`).join(' ')} }`,
      'Too many validation errors, error limit reached. Validation aborted.',
    ],
    ['{ pick(e: true', 'Syntax Error: Expected Name, found <EOF>.'],
    ['{ me { name }', 'Syntax Error: Expected Name, found <EOF>.'],
    ['', 'Syntax Error: Unexpected <EOF>.'],
    ['{ me { name } } }', 'Syntax Error: Unexpected "}".'],
    ['enum E { true }', 'Syntax Error: Name is reserved and cannot be used for an enum value.'],
  ];
  it.each(rows)('%s', (query, expected) => {
    expect(told(query)).toContain(expected);
    expect(told(query).join()).not.toContain(SECRET);
  });

  it.each([
    'Operation "A" recursively requests too many selections.',
    'Anonymous operation recursively requests too many selections.',
  ])('in what Apollo Server adds: %s', (message) => {
    expect(withoutValues(message, 'GRAPHQL_VALIDATION_FAILED')).toBe(message);
  });

  it('in words of ours where Apollo Server names a setting that the command does not have', () => {
    const apollo =
      'GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. To enable introspection, pass introspection: true to ApolloServer in production';
    const ours =
      'Introspection is not offered here: sudare does with --dev alone, and an Apollo Server of your own with introspection: true.';
    expect(withoutValues(apollo, 'GRAPHQL_VALIDATION_FAILED')).toBe(ours);
    expect(withoutValues(ours, 'GRAPHQL_VALIDATION_FAILED')).toBe(ours);
  });

  it('in a conflict whose long reason is cut off', () => {
    const [message] = told(`{ me { a: friend { ${nested('name')} } a: friend { ${nested('email')} } } }`);
    expect(message).toMatch(
      /^Fields "a" conflict because subfields "aliasNumber0" .*\.\.\.\. Use different/u,
    );
  });
});

describe('variables', () => {
  it.each([
    { value: 'secret', expected: 'Variable "$v" got invalid value …' },
    { value: { n: 1, secret: 1 }, expected: 'Variable "$v" got invalid value …' },
    { value: null, expected: 'Variable "$v" of non-null type "Filter!" must not be null.' },
    { value: undefined, expected: 'Variable "$v" of required type "Filter!" was not provided.' },
  ])('$value', ({ value, expected }) => {
    const [operation] = parse('query ($v: Filter!) { pick(f: $v) }').definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('Expected an operation.');
    const { errors = [] } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      value === undefined ? {} : { v: value },
    );
    expect(errors.map(({ message }) => withoutValues(message, 'BAD_USER_INPUT'))).toContain(expected);
  });
});

describe('any other message', () => {
  it.each([
    ['GRAPHQL_PARSE_FAILED', 'Syntax Error.'],
    ['GRAPHQL_VALIDATION_FAILED', 'The operation does not fit the schema.'],
    ['BAD_USER_INPUT', 'A value does not have the type that is expected there.'],
    ['BAD_REQUEST', 'The HTTP request is not a GraphQL request.'],
    ['INTERNAL_SERVER_ERROR', 'The gateway failed; nothing was shown.'],
    ['PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound'],
  ])('of %s says nothing in particular', (code, expected) => {
    expect(withoutValues('Something new about "secret".', code)).toBe(expected);
    expect(withoutValues('Unknown fragment "F".\nsecret', code)).toBe(expected);
    expect(withoutValues('Unknown fragment "secret of".', code)).toBe(expected);
  });

  it.each(['GATEWAY_ERROR', 'SECRET', undefined, { secret: 1 }])(
    'of another code, %s, says nothing at all',
    (code) => {
      expect(withoutValues('Unknown fragment "F".', code)).toBe('The gateway failed; nothing was shown.');
    },
  );

  it('of Sudare’s own about values stays', () => {
    const message = 'Variable "$v" does not have the type that the operation declares for it.';
    expect(withoutValues(message, 'BAD_USER_INPUT')).toBe(message);
  });
});
