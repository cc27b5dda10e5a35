import { describe, expect, test } from 'vitest';
import { fieldRules } from '../../directives/fieldRules.ts';
import { composed } from './composed.ts';

const rules = fieldRules(
  composed({
    a: `type Query {
        users(email: String @personal(category: "contact.email"), by: Email, order: Order, in: Filter, n: Int): [User]
        party: Party me: User things: [Thing] page: Page
      }
      type Mutation { save(name: String): Payload }
      scalar Email @personal(category: "contact.email")
      enum Order { ID NAME @personal(category: "identity.name") }
      enum Sex @personal(category: "identity.sex") { F M }
      input Filter @personal(category: "identity") { name: String @personal(category: "identity.name") sex: Sex n: Int }
      input Plain { n: Int }
      interface Party { find(q: String @personal(category: "a")): Int ask(q: String): Int }
      type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
        id: ID! find(q: String): Int ask(q: String @personal(category: "b")): Int
        address: Address homes: [Home] both: Both link: Link
      }
      type Agency implements Party @key(fields: "id", resolvable: false) { id: ID! find(q: String): Int ask(q: String): Int both: Both }
      type Address { street: Street old: Address2 }
      type Address2 { city: String }
      type Street { name: String badge: Badge }
      type Badge @key(fields: "id") { id: ID! }
      type Home { address: Address3 }
      type Address3 { again: Home city: String }
      type Both { x: Int }
      union Thing = Loose | Single
      type Loose { x: Int }
      type Single { x: Int }
      type Page { note: Note }
      type Note { text: String }
      type Payload { user: User }
      interface Linked @personal(subject: ["to"], namespace: "org") { to: ID! }
      type Link implements Linked @personal(subject: ["from"]) { from: ID! to: ID! detail: Detail }
      type Detail implements Extra { y: Int }
      interface Extra { y: Int }`,
    b: `type Query { extra: Extra } interface Extra { y: Int }
      type Agency @key(fields: "id") { id: ID! rank: Int }`,
  }),
);

describe('arguments', () => {
  const table = [
    { name: 'annotated', at: ['Query', 'users', 'email'], expected: ['contact.email'] },
    { name: 'of an annotated scalar', at: ['Query', 'users', 'by'], expected: ['contact.email'] },
    { name: 'of an enum with a personal value', at: ['Query', 'users', 'order'], expected: [] },
    {
      name: 'of an annotated input object, whose fields are asked instead',
      at: ['Query', 'users', 'in'],
      expected: [],
    },
    { name: 'plain', at: ['Query', 'users', 'n'], expected: [] },
    { name: 'annotated on the interface', at: ['User', 'find', 'q'], expected: ['a'] },
    {
      name: 'asked on the interface, annotated on an implementer',
      at: ['Party', 'ask', 'q'],
      expected: ['b'],
    },
    { name: 'asked on another implementer', at: ['Agency', 'ask', 'q'], expected: [] },
    { name: 'unknown argument', at: ['Query', 'users', 'constructor'], expected: [] },
    { name: 'unknown field', at: ['Query', '__proto__', 'q'], expected: [] },
    { name: 'unknown type', at: ['toString', 'users', 'q'], expected: [] },
  ] as const;
  test.each(table)('$name', ({ at: [type, field, argument], expected }) => {
    expect(rules.argument(type, field, argument)).toEqual(expected);
  });
});

describe('input fields and enum values', () => {
  test('carry their own, their type’s and their scalar’s or enum’s categories', () => {
    expect(rules.inputField('Filter', 'name')).toEqual(['identity', 'identity.name']);
    expect(rules.inputField('Filter', 'sex')).toEqual(['identity', 'identity.sex']);
    expect(rules.inputField('Filter', 'n')).toEqual(['identity']);
    expect(rules.inputField('Plain', 'n')).toEqual([]);
    expect(rules.inputField('Filter', '__proto__')).toEqual([]);
    expect(rules.inputField('constructor', 'n')).toEqual([]);
    expect(rules.enumValue('Order', 'NAME')).toEqual(['identity.name']);
    expect(rules.enumValue('Order', 'ID')).toEqual([]);
    expect(rules.enumValue('Sex', 'F')).toEqual(['identity.sex']);
    expect(rules.enumValue('Sex', 'toString')).toEqual([]);
  });
});

describe('subjects', () => {
  test('of a type, with those of its interfaces', () => {
    expect(rules.subjectsOf('User')).toEqual([{ path: ['id'], namespace: null, unresolved: false }]);
    expect(rules.subjectsOf('Link')).toEqual([
      { path: ['from'], namespace: null, unresolved: false },
      { path: ['to'], namespace: 'org', unresolved: false },
    ]);
    expect(rules.subjectsOf('Address')).toEqual([]);
    expect(rules.subjectsOf('__proto__')).toEqual([]);
  });

  const inherits = [
    { name: 'a value type with one way in', type: 'Address', expected: true },
    { name: 'beneath it', type: 'Street', expected: true },
    { name: 'two fields of one type are one way in', type: 'Address2', expected: true },
    { name: 'an entity', type: 'User', expected: false },
    { name: 'an entity that is not resolvable', type: 'Agency', expected: false },
    { name: 'an entity that one value type leads to', type: 'Badge', expected: false },
    { name: 'two types lead to it', type: 'Both', expected: false },
    { name: 'one of them beneath itself', type: 'Home', expected: false },
    { name: 'only a root leads to it, through a union', type: 'Loose', expected: false },
    { name: 'a root type', type: 'Query', expected: false },
    { name: 'a mutation’s payload', type: 'Payload', expected: false },
    { name: 'beneath a type that only a root leads to', type: 'Note', expected: true },
    { name: 'one field and, through an interface, another', type: 'Detail', expected: false },
    { name: 'an unknown type', type: 'constructor', expected: false },
  ];
  test.each(inherits)('inheritance: $name', ({ type, expected }) => {
    expect(rules.inheritsSubject(type)).toBe(expected);
  });

  test('entities', () => {
    expect(['User', 'Agency', 'Address', 'Query', 'toString'].filter((type) => rules.isEntity(type))).toEqual(
      ['User', 'Agency'],
    );
  });
});

test('unknown names have no rule', () => {
  for (const name of ['__proto__', 'constructor', 'nothing']) {
    expect(rules.field(name, 'id')).toBeNull();
    expect(rules.field('User', name)).toBeNull();
  }
});
