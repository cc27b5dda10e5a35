import { describe, expect, test } from 'vitest';
import { DirectiveError } from '../../directives/directiveError.ts';
import type { Finding } from '../../directives/directiveError.ts';
import { fieldRules } from '../../directives/fieldRules.ts';
import { NotASupergraphError } from '../../directives/notASupergraphError.ts';
import { composed } from './composed.ts';

/** Findings of a supergraph; none where it is accepted. */
function findings(sdl: string): readonly Finding[] {
  try {
    fieldRules(sdl);
    return [];
  } catch (error) {
    if (error instanceof DirectiveError) return error.findings;
    throw error;
  }
}

/** A supergraph as composition writes it, with one annotation on `User.name` and room for more. */
const SDL = composed({
  a: `type Query { user(id: ID): User list: [User] }
    interface Named { name: String }
    union Thing = User
    scalar Text
    type User implements Named @key(fields: "id") {
      id: ID! name: String @personal(category: "identity.name")
      score: Float friends(first: Int = 2): [User] pal(of: ID!): User best: User thing: Thing text: Text }`,
});
const ON_NAME = '@personal(category: "identity.name")';

test('the supergraph itself is accepted', () => {
  expect(findings(SDL)).toEqual([]);
});

describe('an annotation on User.name that cannot be understood', () => {
  const table = [
    {
      name: 'category of a wrong type',
      given: '@personal(category: 1)',
      expected: /category to be a string/,
    },
    { name: 'empty category', given: '@personal(category: "")', expected: /category to be a string/ },
    { name: 'category that is no key', given: '@personal(category: "e mail")', expected: /dotted keys/ },
    { name: 'category with an empty part', given: '@personal(category: "a..b")', expected: /dotted keys/ },
    {
      name: 'unknown argument',
      given: '@personal(category: "a", kategory: "b")',
      expected: /unknown argument "kategory"/,
    },
    { name: 'nothing said', given: '@personal', expected: /a category or a subject/ },
    { name: 'only nulls', given: '@personal(category: null)', expected: /a category or a subject/ },
    { name: 'only a reason', given: '@personal(reason: "r")', expected: /a category or a subject/ },
    {
      name: 'none without a reason',
      given: '@personal(category: "none")',
      expected: /a reason beside category "none"/,
    },
    {
      name: 'otherwise',
      given: '@personal(category: "a", otherwise: "hide")',
      expected: /"mask" or "reject"/,
    },
    {
      name: 'mask of a wrong type',
      given: '@personal(category: "a", mask: ["m"])',
      expected: /mask to be a string/,
    },
    {
      name: 'subject of a wrong type',
      given: '@personal(category: "a", subject: {id: 1})',
      expected: /subject to be a list/,
    },
    {
      name: 'subject with a null',
      given: '@personal(category: "a", subject: [null])',
      expected: /subject to be a list/,
    },
    {
      name: 'no subject in the list',
      given: '@personal(category: "a", subject: [])',
      expected: /at least one field set/,
    },
    {
      name: 'subject that does not parse',
      given: '@personal(subject: "id {")',
      expected: /one path of plain fields/,
    },
    { name: 'subject of two leaves', given: '@personal(subject: "id name")', expected: /with one leaf/ },
    { name: 'subject with an alias', given: '@personal(subject: "a: id")', expected: /plain fields/ },
    {
      name: 'subject with an argument',
      given: '@personal(subject: "friends(first: 1) { id }")',
      expected: /plain fields/,
    },
    {
      name: 'subject with a fragment',
      given: '@personal(subject: "best { ... on User { id } }")',
      expected: /plain fields/,
    },
    {
      name: 'subject that does not exist',
      given: '@personal(subject: "idd")',
      expected: /"idd" to be a field of User/,
    },
    {
      name: 'subject through a union',
      given: '@personal(subject: "thing { id }")',
      expected: /"id" to be a field of Thing/,
    },
    {
      name: 'subject that ends early',
      given: '@personal(subject: "best")',
      expected: /at its end, not User/,
    },
    {
      name: 'subject that is no id',
      given: '@personal(subject: "score")',
      expected: /at its end, not Float/,
    },
    {
      name: 'subject below a leaf',
      given: '@personal(subject: "id { x }")',
      expected: /at its end|field of ID/,
    },
    {
      name: 'subject with a required argument',
      given: '@personal(subject: "pal { id }")',
      expected: /required arguments/,
    },
    {
      name: 'subject named like a prototype',
      given: '@personal(subject: "constructor")',
      expected: /"constructor" to be a field/,
    },
    {
      name: 'namespace without subject',
      given: '@personal(category: "a", namespace: "org")',
      expected: /a subject beside namespace/,
    },
    {
      name: 'purpose that says nothing',
      given: '@personal(category: "a") @purpose',
      expected: /allow or deny/,
    },
    {
      name: 'allow of a wrong type',
      given: '@personal(category: "a") @purpose(allow: [1])',
      expected: /allow to be a list/,
    },
    {
      name: 'deny that is no key',
      given: '@personal(category: "a") @purpose(deny: ["a b"])',
      expected: /dotted keys/,
    },
    {
      name: 'purpose with an unknown argument',
      given: '@personal(category: "a") @purpose(allow: ["a"], denied: ["b"])',
      expected: /unknown argument "denied"/,
    },
    { name: 'purpose where nothing is personal', given: '@purpose(deny: ["a"])', expected: /binds nothing/ },
    { name: 'mask where nothing is personal', given: '@personal(mask: "m")', expected: /binds nothing/ },
    {
      name: 'rejection where nothing is personal',
      given: '@personal(otherwise: "reject")',
      expected: /binds nothing/,
    },
    {
      name: 'subject where nothing is personal',
      given: '@personal(subject: "id")',
      expected: /binds nothing/,
    },
    {
      name: 'purpose on what is declassified',
      given: '@personal(category: "none", reason: "r") @purpose(deny: ["a"])',
      expected: /binds nothing/,
    },
  ];
  test.each(table)('$name', ({ given, expected }) => {
    const found = findings(SDL.replace(ON_NAME, given));
    expect(found.map(({ message }) => message).join('\n')).toMatch(expected);
    expect(found[0]?.coordinate).toBe('User.name');
  });
});

describe('an annotation where it may not stand or means nothing', () => {
  const table = [
    {
      name: 'a union',
      find: 'union Thing',
      put: 'union Thing @personal(category: "a")',
      coordinate: 'Thing',
    },
    {
      name: 'the schema',
      find: '\n{\n  query: Query',
      put: ' @personal(category: "a")\n{\n  query: Query',
      coordinate: 'schema',
    },
    {
      name: '@purpose on an argument',
      find: 'id: ID)',
      put: 'id: ID @purpose(deny: ["a"]))',
      coordinate: 'Query.user(id:)',
    },
    {
      name: 'a subject on a scalar',
      find: 'scalar Text',
      put: 'scalar Text @personal(category: "a", subject: "id")',
      coordinate: 'Text',
    },
    {
      name: 'a subject on a root type',
      find: 'type Query',
      put: 'type Query @personal(subject: "list { id }")',
      coordinate: 'Query',
    },
    {
      name: 'a mask on an argument',
      find: 'id: ID)',
      put: 'id: ID @personal(mask: "m"))',
      coordinate: 'Query.user(id:)',
    },
    {
      name: 'purposes of a type without personal fields',
      find: 'type Query',
      put: 'type Query @purpose(deny: ["a"])',
      coordinate: 'Query',
    },
  ];
  test.each(table)('$name', ({ find, put, coordinate }) => {
    const changed = SDL.replace(find, put);
    expect(changed).not.toBe(SDL);
    expect(findings(changed).map((finding) => finding.coordinate)).toEqual([coordinate]);
  });
});

test('everything found is listed, each with its place in the SDL', () => {
  const changed = SDL.replace(ON_NAME, '@personal(category: 1) @purpose').replace(
    'scalar Text',
    'scalar Text @personal',
  );
  const lines = changed.split('\n');
  const found = findings(changed);
  expect(found.map(({ coordinate }) => coordinate).sort()).toEqual(['Text', 'User.name', 'User.name']);
  for (const { line, column } of found) expect(lines[line - 1]?.slice(column - 1)).toMatch(/^@p/);
  expect(() => fieldRules(changed)).toThrow(
    /User\.name \(line \d+, column \d+\): @personal: expected category/,
  );
});

describe('what is no supergraph', () => {
  const table = [
    { name: 'nothing', sdl: '' },
    { name: 'no GraphQL', sdl: 'type {' },
    { name: 'a plain schema', sdl: 'type Query { a: Int }' },
    { name: 'a plain schema with a schema definition', sdl: 'schema { query: Query } type Query { a: Int }' },
    {
      name: 'a subgraph',
      sdl: 'extend schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/federation/v2.9") type Query { a: Int }',
    },
    { name: 'a query', sdl: '{ a }' },
    { name: 'JSON', sdl: '{"data": {}}' },
    { name: 'a field that is defined twice', sdl: SDL.replace('score: Float', 'score: Float name: String') },
  ];
  test.each(table)('$name', ({ sdl }) => {
    expect(() => fieldRules(sdl)).toThrow(NotASupergraphError);
    expect(() => fieldRules(sdl)).toThrow(/Expected the SDL of a composed supergraph.*sudare compose/s);
  });
});
