import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, it } from 'vitest';
import { fieldRules } from '../../directives/fieldRules.ts';
import { PERSONAL_DEFINITION, SUPPORTED_FEATURES } from '../../directives/spec.ts';
import { isStamped } from '../../gateway/stamp.ts';
import { ANNOTATED, composing, errorsOf, FEDERATION, privacyAs } from './compose/composing.ts';

const USER = `type User @key(fields: "id") @personal(subject: ["id"]) {
  id: ID!
  email: String @personal(category: "contact.email")
}`;

describe('what is composed', () => {
  const rows: readonly {
    name: string;
    given: Readonly<Record<string, string>>;
    /** Categories of further fields of User. */
    also?: Readonly<Record<string, string>>;
  }[] = [
    { name: 'one annotated subgraph', given: { accounts: `${ANNOTATED}type Query { me: User }${USER}` } },
    {
      name: 'subgraphs that import @personal under two names, which composition alone throws at',
      given: {
        accounts: `${ANNOTATED}type Query { me: User }${USER}`,
        jobs: `${FEDERATION}${privacyAs('pii')}type User @key(fields: "id") { id: ID! pay: Int @pii(category: "payment.card") }`,
      },
      also: { pay: 'payment.card' },
    },
    {
      name: 'a subgraph that does not import what it uses',
      given: {
        accounts: `${ANNOTATED}type Query { me: User }${USER}`
          .replaceAll(/import: \[\{[^\]]*\]/g, 'as: "p"')
          .replaceAll('@personal', '@p__personal')
          .replaceAll('@purpose', '@p__purpose'),
      },
    },
    {
      name: 'a subgraph that has another @personal of its own',
      given: {
        accounts: `${ANNOTATED}type Query { me: User }${USER}`,
        jobs: `${FEDERATION}${privacyAs('pii')}directive @personal(trainer: Boolean) on FIELD_DEFINITION
          type User @key(fields: "id") { id: ID! sessions: Int @personal(trainer: true) @pii(category: "usage.history") }`,
      },
      also: { sessions: 'usage.history' },
    },
    {
      name: 'an unannotated neighbour that has another @personal',
      given: {
        accounts: `${ANNOTATED}type Query { me: User }${USER}`,
        jobs: `${FEDERATION}directive @personal on QUERY
          type User @key(fields: "id") { id: ID! sessions: Int }`,
      },
    },
    {
      name: 'a copy of the definition that says the same in other words',
      given: {
        accounts: `${ANNOTATED}type Query { me: User }${USER}`.replace(
          PERSONAL_DEFINITION,
          `"What it is." directive @personal(
            reason: String, otherwise: String, mask: String, namespace: String, subject: [String!], category: String
          ) repeatable on INPUT_FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT`,
        ),
      },
    },
  ];
  it.each(rows)('keeps every annotation of $name', async ({ given, also = {} }) => {
    const composed = await composing(given);
    expect(errorsOf(composed)).toEqual([]);
    const sdl = composed.supergraphSdl ?? '';
    expect(fieldRules(sdl).field('User', 'email')?.categories).toEqual(['contact.email']);
    expect(fieldRules(sdl).subjectsOf('User')).toHaveLength(1);
    for (const [field, category] of Object.entries(also)) {
      expect(fieldRules(sdl).field('User', field)?.categories).toEqual([category]);
    }
  });

  it('is stamped, and a gateway that supports the stamp loads it', async () => {
    for (const given of [`type Query { free: Int }`, `${ANNOTATED}type Query { me: User }${USER}`]) {
      const { supergraphSdl } = await composing({ accounts: given });
      expect(isStamped(supergraphSdl ?? '')).toBe(true);
      const build = (supportedFeatures: Set<string>): Supergraph =>
        Supergraph.build(supergraphSdl ?? '', { supportedFeatures, validateSupergraph: true });
      expect(() => build(SUPPORTED_FEATURES)).not.toThrow();
      expect(() => build(new Set())).toThrow(/is for: SECURITY but is unsupported/);
    }
  });

  it('tells warnings and composes all the same', async () => {
    const composed = await composing({
      accounts: `${ANNOTATED}type Query { me: User } ${USER}`,
      jobs: `${ANNOTATED}type User @key(fields: "id") { id: ID! email: String @external job: Int @requires(fields: "email") }`,
    });
    expect(composed.findings).toMatchObject([{ severity: 'warning', coordinate: 'User.job' }]);
    expect(composed.supergraphSdl).toContain('for: SECURITY');
  });
});

describe('composes nothing', () => {
  const rows: readonly {
    name: string;
    given: Readonly<Record<string, string>>;
    expected: readonly string[];
  }[] = [
    {
      name: 'of a text that is not GraphQL',
      given: { accounts: 'type Query { me: Int }', jobs: 'type Query {\n  jobs: Int' },
      expected: ['jobs.graphql:2 graphql schema'],
    },
    {
      name: 'of subgraphs that do not fit together',
      given: {
        accounts: `${FEDERATION}\ntype Query {\n  me: Int\n}`,
        jobs: `${FEDERATION}\ntype Query {\n  me: Int\n}`,
      },
      expected: ['accounts.graphql:4 composition Query.me'],
    },
    {
      name: 'where an annotation names a category that the policy does not have',
      given: {
        accounts: `${ANNOTATED}type Query { me: User }\ntype User @key(fields: "id") @personal(subject: ["id"]) { id: ID!\n a: Int @personal(category: "nope") }`,
      },
      expected: ['accounts.graphql:22 unknown-category User.a'],
    },
  ];
  it.each(rows)('$name', async ({ given, expected }) => {
    const composed = await composing(given);
    expect(composed.supergraphSdl).toBeNull();
    expect(errorsOf(composed)).toEqual(expected);
  });

  it('of a subgraph whose copy of a definition is not repeatable', async () => {
    const composed = await composing({
      accounts: `${ANNOTATED}type Query { me: User }${USER}`.replace(') repeatable on OBJECT', ') on OBJECT'),
    });
    expect(composed.supergraphSdl).toBeNull();
    expect(composed.findings.map(({ message }) => message).join()).toMatch(/repeatable/);
  });
});
