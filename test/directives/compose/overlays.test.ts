import { describe, expect, it } from 'vitest';
import { fieldRules } from '../../../directives/fieldRules.ts';
import { ANNOTATED, composing, errorsOf, federation, FEDERATION, privacyAs } from './composing.ts';

const SCHEMA = `
  type Query { me: User find(mail: String! = "a@b.invalid", by: By, in: Find): User }
  type User @key(fields: "id") { id: ID! email: String kind: By when: Date }
  enum By { MAIL NAME }
  input Find { mail: String }
  scalar Date
`;

const OVERLAY = `extend type User @personal(subject: ["id"]) {
  email: String @personal(category: "contact.email") @purpose(allow: ["service.support"])
}
extend type Query {
  find(mail: String! = "a@b.invalid" @personal(category: "contact.email")): User
}
extend input Find { mail: String @personal(category: "contact.email") }
extend enum By { MAIL @personal(category: "contact.email") }
extend scalar Date @personal(category: "identity.birthdate")`;

describe('an overlay', () => {
  const rows: readonly { name: string; given: string }[] = [
    { name: 'that links the privacy spec', given: ANNOTATED },
    { name: 'that links it by another name', given: FEDERATION + privacyAs('pii') },
    {
      name: 'that has a @personal of its own',
      given: `${FEDERATION}directive @personal on FIELD_DEFINITION`,
    },
    { name: 'that does not link it', given: FEDERATION },
    { name: 'of Federation 2.0, which had no @composeDirective', given: federation('v2.0') },
    { name: 'of Federation 1', given: '' },
  ];
  it.each(rows)('annotates a subgraph $name', async ({ given }) => {
    const composed = await composing({ accounts: given + SCHEMA }, [{ file: 'o.graphql', sdl: OVERLAY }]);
    expect(errorsOf(composed)).toEqual([]);
    const rules = fieldRules(composed.supergraphSdl ?? '');
    expect(rules.field('User', 'email')).toMatchObject({
      categories: ['contact.email'],
      allow: ['service.support'],
    });
    expect(rules.subjectsOf('User')).toHaveLength(1);
    expect(rules.field('User', 'when')?.categories).toEqual(['identity.birthdate']);
    expect(rules.argument('Query', 'find', 'mail')).toEqual(['contact.email']);
    expect(rules.inputField('Find', 'mail')).toEqual(['contact.email']);
    expect(rules.enumValue('By', 'MAIL')).toEqual(['contact.email']);
    expect(rules.enumValue('By', 'NAME')).toEqual([]);
  });

  const FED = '@link(url: "https://specs.apollo.dev/federation/v2.0", as: "fed")';
  const renamedLinks: readonly { name: string; given: string }[] = [
    { name: 'Federation', given: `extend schema ${FED}` },
    {
      name: '@link',
      given: `extend schema @lnk(url: "https://specs.apollo.dev/link/v1.0", as: "lnk") ${FED.replace('@link', '@lnk')}
        directive @lnk(url: String, as: String, for: lnk__Purpose, import: [lnk__Import]) repeatable on SCHEMA
        enum lnk__Purpose { SECURITY EXECUTION } scalar lnk__Import`,
    },
  ];
  it.each(renamedLinks)('annotates a subgraph that calls $name by another name', async ({ given }) => {
    const composed = await composing({ accounts: given + SCHEMA.replace('@key', '@fed__key') }, [
      { file: 'o.graphql', sdl: OVERLAY },
    ]);
    expect(errorsOf(composed)).toEqual([]);
    expect(fieldRules(composed.supergraphSdl ?? '').field('User', 'email')?.categories).toEqual([
      'contact.email',
    ]);
  });

  it('combines with what the subgraph says itself', async () => {
    const composed = await composing(
      {
        accounts: `${ANNOTATED} type Query { me: User }
        type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! email: String @personal(category: "contact.email") }`,
      },
      [{ file: 'o.graphql', sdl: 'extend type User { email: String @purpose(deny: ["marketing"]) }' }],
    );
    expect(fieldRules(composed.supergraphSdl ?? '').field('User', 'email')).toMatchObject({
      categories: ['contact.email'],
      deny: ['marketing'],
    });
  });

  it('without a name annotates every subgraph that defines the field; with one, that subgraph', async () => {
    const shared =
      'type Query { me: User @shareable } type User { id: ID @shareable email: String @shareable }';
    const given = { accounts: FEDERATION + shared, jobs: FEDERATION + shared };
    const sdl =
      'extend type User @personal(subject: ["id"]) { email: String @personal(category: "contact.email") }';
    for (const overlay of [
      { file: 'o.graphql', sdl },
      { subgraph: 'jobs', file: 'o.graphql', sdl },
    ]) {
      const composed = await composing(given, [overlay]);
      expect(errorsOf(composed)).toEqual([]);
      expect(fieldRules(composed.supergraphSdl ?? '').field('User', 'email')?.categories).toEqual([
        'contact.email',
      ]);
    }
  });

  it('keeps what Federation 1 says of shared types, @external fields and extensions', async () => {
    const composed = await composing(
      {
        accounts:
          'type Query { me: User } type User @key(fields: "id") { id: ID! email: String at: Place } type Place { city: String }',
        jobs: 'extend type User @key(fields: "id") { id: ID! @external email: String @external by: Place jobs: Int @requires(fields: "email") } type Place { city: String }',
      },
      [
        {
          file: 'o.graphql',
          sdl: 'extend type User @personal(subject: ["id"]) { email: String @personal(category: "contact.email") }',
        },
      ],
    );
    expect(errorsOf(composed)).toEqual([]);
    const rules = fieldRules(composed.supergraphSdl ?? '');
    expect(rules.field('User', 'email')?.categories).toEqual(['contact.email']);
    expect(rules.field('User', 'jobs')?.categories).toEqual(['contact.email']);
    expect(rules.field('User', 'by')).toBeNull();
  });

  it('is where findings about what it says stand', async () => {
    const composed = await composing({ accounts: FEDERATION + SCHEMA }, [
      {
        file: 'o.graphql',
        sdl: 'extend type User @personal(subject: ["id"]) {\n  email: String @personal(category: "nope")\n}',
      },
    ]);
    expect(composed.supergraphSdl).toBeNull();
    expect(errorsOf(composed)).toEqual(['o.graphql:2 unknown-category User.email']);
  });
});

describe('an overlay is refused', () => {
  const rows: readonly { name: string; given: string; subgraph?: string; expected: readonly string[] }[] = [
    { name: 'that is not GraphQL', given: 'extend type User {', expected: ['o.graphql:1 graphql schema'] },
    {
      name: 'that adds a field',
      given: 'extend type User {\n  age: Int @personal(category: "contact.email")\n}',
      expected: ['o.graphql:2 overlay User.age'],
    },
    {
      name: 'that adds another directive',
      given: 'extend type User { email: String @deprecated }',
      expected: ['o.graphql:1 overlay User.email'],
    },
    {
      name: 'that extends what is not there',
      given: 'extend type Users @personal(subject: ["id"])',
      expected: ['o.graphql:1 overlay Users'],
    },
    {
      name: 'that adds an argument',
      given: 'extend type User { email(full: Boolean @personal(category: "contact.email")): String }',
      expected: ['o.graphql:1 overlay User.email(full:)'],
    },
    {
      name: 'that changes a type',
      given: 'extend type User { email: String! @personal(category: "contact.email") }',
      expected: ['o.graphql:1 overlay User.email'],
    },
    {
      name: 'that changes a default',
      given: 'extend type Query { find(mail: String! = "" @personal(category: "contact.email")): User }',
      expected: ['o.graphql:1 overlay Query.find(mail:)'],
    },
    {
      name: 'that mistakes the kind of a type',
      given: 'extend interface User { email: String @personal(category: "contact.email") }',
      // Both subgraphs define the type.
      expected: ['o.graphql:1 overlay User', 'o.graphql:1 overlay User', 'o.graphql:1 overlay User.email'],
    },
    {
      name: 'that defines',
      given:
        'type User { id: ID }\ndirective @personal on OBJECT\nextend schema @link(url: "https://x.invalid/y/v1.0")\nextend union U = User',
      expected: ['User', '@personal', 'schema', 'U'].map(
        (at, index) => `o.graphql:${String(index + 1)} overlay ${at}`,
      ),
    },
    {
      name: 'that adds an interface',
      given: 'extend type User implements Node @personal(subject: ["id"])',
      expected: ['o.graphql:1 overlay User'],
    },
    {
      name: 'that annotates an @external copy',
      given: 'extend type User { name: String @personal(category: "identity.name") }',
      subgraph: 'accounts',
      expected: ['o.graphql:1 overlay User.name'],
    },
    {
      name: 'for a subgraph that does not define it',
      given: 'extend type User { email: String @personal(category: "contact.email") }',
      subgraph: 'names',
      expected: ['o.graphql:1 overlay User.email'],
    },
  ];
  it.each(rows)('$name', async ({ given, subgraph, expected }) => {
    const composed = await composing(
      {
        accounts: `${FEDERATION}${SCHEMA} extend type User { name: String @external hello: String @requires(fields: "name") }`,
        names: `${FEDERATION} type User @key(fields: "id") { id: ID! name: String }`,
      },
      [{ file: 'o.graphql', sdl: given, ...(subgraph === undefined ? {} : { subgraph }) }],
    );
    expect(composed.supergraphSdl).toBeNull();
    expect(errorsOf(composed)).toEqual(expected);
  });
});
