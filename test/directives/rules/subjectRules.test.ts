import { describe, expect, it } from 'vitest';
import { checkSupergraph } from '../../../directives/checkSupergraph.ts';
import { DEFAULT_SETTINGS } from '../../../directives/ruleSettings.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { fetched, generationOf, prepareQuery, show } from '../../gateway/prepareHarness.ts';

const SUBJECT_RULES = ['no-subject', 'paged-subject', 'inaccessible-subject', 'ambiguous-namespace'];

interface Case {
  readonly name: string;
  readonly schema: string;
  readonly query: string;
  readonly source: unknown;
  /** What a rule over subjects says; empty where the value is shown. */
  readonly expected: readonly string[];
}

const TEXT = 'text: String @personal(category: "contact.name")';
const USER = 'type User @key(fields: "id") { id: ID! }';
const ASKED = '{ note { text } }';
const NOTE = 'type Query { note: Note }';

// Everybody has accepted the revision, so that nothing but a missing subject hides the text.
const table: readonly Case[] = [
  {
    name: 'an id of its own',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["id"]) { id: ID! ${TEXT} }`,
    query: ASKED,
    source: { note: { id: '1', text: 'canary' } },
    expected: [],
  },
  {
    name: 'no subject at all',
    schema: `${NOTE} type Note @key(fields: "id") { id: ID! ${TEXT} }`,
    query: ASKED,
    source: { note: { id: '1', text: 'canary' } },
    expected: ['no-subject Note.text'],
  },
  {
    name: 'a path through what is inaccessible',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["of { id }"]) {
      id: ID! ${TEXT} of: User @inaccessible } ${USER}`,
    query: ASKED,
    source: { note: { id: '1', text: 'canary', of: { id: '1' } } },
    expected: ['inaccessible-subject Note'],
  },
  {
    name: 'a paged path',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["of { id }"]) {
      id: ID! ${TEXT} of(first: Int = 1): [User!]! } ${USER}`,
    query: ASKED,
    source: { note: { id: '1', text: 'canary', of: [{ id: '1' }] } },
    expected: ['paged-subject Note'],
  },
  {
    name: 'a path with an argument that pages nothing',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["of { id }"]) {
      id: ID! ${TEXT} of(asOf: String): User } ${USER}`,
    query: ASKED,
    source: { note: { id: '1', text: 'canary', of: { id: '1' } } },
    expected: ['paged-subject Note'],
  },
  {
    name: 'an argument on one implementer alone',
    schema: `type Query { note: Written } interface Written @personal(subject: ["of { id }"]) { text: String of: User }
      type Note implements Written @key(fields: "id") {
        id: ID! ${TEXT} of(asOf: String): User } ${USER}`,
    query: ASKED,
    source: { note: { __typename: 'Note', id: '1', text: 'canary', of: { id: '1' } } },
    expected: ['paged-subject Written'],
  },
  {
    name: 'a nullable path, which somebody is at the end of',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["of { id }"]) {
      id: ID! ${TEXT} of: User } ${USER}`,
    query: ASKED,
    source: { note: { id: '1', text: 'canary', of: { id: '1' } } },
    expected: [],
  },
  {
    name: 'a value type that one entity leads to',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["id"]) { id: ID! part: Part }
      type Part { ${TEXT} }`,
    query: '{ note { part { text } } }',
    source: { note: { id: '1', part: { text: 'canary' } } },
    expected: [],
  },
  {
    name: 'a value type that two types lead to',
    schema: `type Query { note: Note other: Other }
      type Note @key(fields: "id") @personal(subject: ["id"]) { id: ID! part: Part }
      type Other { part: Part } type Part { ${TEXT} }`,
    query: '{ note { part { text } } }',
    source: { note: { id: '1', part: { text: 'canary' } } },
    expected: ['no-subject Part.text'],
  },
  {
    name: 'an entity within an entity',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["id"]) { id: ID! part: Part }
      type Part @key(fields: "id") { id: ID! ${TEXT} }`,
    query: '{ note { part { text } } }',
    source: { note: { id: '1', part: { id: '2', text: 'canary' } } },
    expected: ['no-subject Part.text'],
  },
  {
    name: 'a value type that several fields lead to, each with its subject',
    schema: `type Query { note: Note other: Other }
      type Note @key(fields: "id") { id: ID! part: Part @personal(category: "contact.name", subject: ["id"]) }
      type Other @key(fields: "id") { id: ID! part: Part @personal(category: "contact.name", subject: ["id"]) }
      type Part { ${TEXT} }`,
    query: '{ note { part { text } } }',
    source: { note: { id: '1', part: { text: 'canary' } } },
    expected: [],
  },
  {
    name: 'a chain of value types below an entity without a subject',
    schema: `${NOTE} type Note @key(fields: "id") { id: ID! part: Part } type Part { part: Inner }
      type Inner { ${TEXT} }`,
    query: '{ note { part { part { text } } } }',
    source: { note: { id: '1', part: { part: { text: 'canary' } } } },
    expected: ['no-subject Inner.text'],
  },
  {
    name: 'a value type that holds itself',
    schema: `${NOTE} type Note @key(fields: "id") @personal(subject: ["id"]) { id: ID! part: Part }
      type Part { part: Part ${TEXT} }`,
    query: '{ note { part { text } } }',
    source: { note: { id: '1', part: { text: 'canary' } } },
    expected: ['no-subject Part.text'],
  },
  {
    name: 'a root field',
    schema: `type Query { ${TEXT} }`,
    query: '{ text }',
    source: { text: 'canary' },
    expected: ['no-subject Query.text'],
  },
  {
    name: 'what a mutation answers, in a type of its own',
    schema: `type Query { a: Int } type Mutation { write: Written } type Written { ${TEXT} }`,
    query: 'mutation { write { text } }',
    source: { write: { text: 'canary' } },
    expected: ['no-subject Written.text'],
  },
];

describe('a rule over subjects speaks exactly where the gateway shows a value to nobody', () => {
  it.each(table)('$name', ({ schema, query, source, expected }) => {
    const policy = smallPolicy();
    const generation = generationOf(schema, policy);
    const prepared = prepareQuery(generation, query);
    const { data } = show(generation, prepared, fetched(generation, prepared, source));
    expect(JSON.stringify(data).includes('canary')).toBe(expected.length === 0);

    const found = checkSupergraph({
      supergraph: { sdl: generation.supergraphSdl, file: null },
      subgraphs: [],
      policy,
      settings: DEFAULT_SETTINGS,
    }).filter(({ rule }) => SUBJECT_RULES.includes(rule));
    expect(found.map(({ rule, coordinate }) => `${rule} ${coordinate}`)).toEqual(expected);
  });
});
