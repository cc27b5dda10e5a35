import { composeServices } from '@apollo/composition';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSupergraph } from '../../directives/checkSupergraph.ts';
import type { CheckInput } from '../../directives/checkSupergraph.ts';
import { DEFAULT_SETTINGS, readRuleSettings } from '../../directives/ruleSettings.ts';
import type { RuleFinding } from '../../directives/rules/finding.ts';
import { PRIVACY_LINK_SDL } from '../../directives/spec.ts';
import { readSubgraph } from '../../directives/subgraphSource.ts';
import type { SubgraphSource } from '../../directives/subgraphSource.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { librarySubgraphs } from '../federation/library.ts';
import { HEADER } from '../gatewayHarness.ts';
import { FEDERATION } from './composed.ts';

let policy: Policy;
beforeAll(async () => {
  policy = await loadPolicy('policies/crowdworks/policy.yaml');
});

const ACCOUNTS = `type Query { me: User }

type User @key(fields: "id") @personal(subject: ["id"]) {
  id: ID!
  "Where letters go."
  email: String @shareable @personal(category: "contact.email")
  name: String @personal(category: "identity.nme")
}
`;
const MAIL = `type User @key(fields: "id") @personal(subject: ["id"]) {
  id: ID!
  email: String @shareable
    @personal(category: "contact.emial")
    @personal(mask: "domian", category: "contact.email")
}
`;

function sources(sdl: Readonly<Record<string, string>>): readonly SubgraphSource[] {
  return Object.entries(sdl).map(([name, text]) =>
    readSubgraph(name, `http://127.0.0.1/${name}`, [
      { file: 'links.graphql', sdl: `${FEDERATION}${PRIVACY_LINK_SDL}` },
      { file: `${name}.graphql`, sdl: text },
    ]),
  );
}

function composedOf(subgraphs: readonly SubgraphSource[]): string {
  const { supergraphSdl } = composeServices(
    subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
  );
  if (supergraphSdl === undefined) throw new Error('Does not compose.');
  return supergraphSdl;
}

function check(given: Partial<CheckInput>): readonly RuleFinding[] {
  const subgraphs = given.subgraphs ?? [];
  return checkSupergraph({ supergraph: null, subgraphs, policy, settings: DEFAULT_SETTINGS, ...given });
}

const places = (findings: readonly RuleFinding[]): readonly string[] =>
  findings.map(
    ({ file, line, column, severity, rule, coordinate }) =>
      `${String(file)}:${String(line)}:${String(column)} ${severity} ${rule} ${coordinate}`,
  );

describe('findings', () => {
  const subgraphs = sources({ mail: MAIL, accounts: ACCOUNTS });
  const supergraph = { sdl: composedOf(subgraphs), file: 'supergraph.graphql' };

  it('stand at the application that they are about, in the subgraph that has it', () => {
    expect(places(check({ supergraph, subgraphs }))).toEqual([
      'accounts.graphql:7:16 error unknown-category User.name',
      'mail.graphql:4:5 error unknown-category User.email',
      'mail.graphql:5:5 error unknown-mask User.email',
    ]);
  });

  it('stand in the supergraph where it is checked alone', () => {
    const lines = supergraph.sdl.split('\n');
    const found = check({ supergraph });
    expect(found.map(({ file, rule }) => `${String(file)} ${rule}`)).toEqual([
      'supergraph.graphql unknown-category',
      'supergraph.graphql unknown-mask',
      'supergraph.graphql unknown-category',
    ]);
    const wrong = ['contact.emial', 'domian', 'identity.nme'];
    for (const [index, { line, column }] of found.entries()) {
      const rest = (lines[line - 1] ?? '').slice(column - 1);
      expect(rest.startsWith('@personal(')).toBe(true);
      expect(rest.split('@')[1]).toContain(wrong[index]);
    }
  });

  it('without an application stand at the name of what they are about', () => {
    const own = sources({
      accounts: `type Query { me: User }
type User @key(fields: "id") @personal(subject: ["id"]) {
  id: ID!
  """
  Described.
  """
  adult: Boolean! @personal(category: "identity.birthdate")
}`,
    });
    expect(places(check({ supergraph: { sdl: composedOf(own), file: null }, subgraphs: own }))).toEqual([
      'accounts.graphql:7:3 warning without-constant User.adult',
    ]);
  });

  it('of reading and of rules are told together', () => {
    const own = sources({
      accounts: `type Query { me: User }
type User @key(fields: "id") @personal(subject: ["id"]) {
  id: ID!
  a: String @personal(category: "contact.email", otherwise: "hide")
  b: String @personal(category: "contact.emial")
}`,
    });
    const found = check({ supergraph: { sdl: composedOf(own), file: null }, subgraphs: own });
    expect(places(found)).toEqual([
      'accounts.graphql:4:13 error invalid-otherwise User.a',
      'accounts.graphql:5:13 error unknown-category User.b',
    ]);
  });

  it('say what to do about this one', () => {
    const [first] = check({ supergraph, subgraphs });
    expect(first?.message).toBe('the policy has no category "identity.nme".');
    expect(first?.mend).toBe('Perhaps "identity.name" is meant.');
  });

  it('have the severity that settings give, and none where they are off', () => {
    const settings = readRuleSettings(
      'rules:\n  unknown-category: warning\n  unknown-mask: off\n',
      'rules.yaml',
    );
    expect(places(check({ supergraph, subgraphs, settings }))).toEqual([
      'accounts.graphql:7:16 warning unknown-category User.name',
      'mail.graphql:4:5 warning unknown-category User.email',
    ]);
  });
});

describe('what cannot be read', () => {
  const table = [
    { name: 'no GraphQL', given: 'type {', expected: /not GraphQL at line 1/ },
    { name: 'a subgraph', given: ACCOUNTS, expected: /composed supergraph/ },
  ];
  it.each(table)('$name is a finding', ({ given, expected }) => {
    const found = check({ supergraph: { sdl: given, file: 'schema.graphql' } });
    expect(places(found)).toEqual(['schema.graphql:1:1 error composition schema']);
    expect(found[0]?.message).toMatch(expected);
  });

  const links = [
    { name: 'another major version', given: ['https://specs.sudare.dev/privacy/v2.0'], line: 2 },
    { name: 'a slip in the url', given: ['https://specs.sudare.dev/privcy/v1.0'], line: 2 },
    { name: 'the directive of another spec', given: ['https://specs.sudare.example/privacy/v1.0'], line: 2 },
    {
      name: 'two links',
      given: ['https://specs.sudare.dev/privacy/v1.0', 'https://specs.sudare.dev/privacy/v1.0'],
      line: 3,
    },
  ];
  it.each(links)('leaves $name, for which subgraphs may not compose', ({ given, line }) => {
    const linked = given.map((url) => `@link(url: "${url}", import: ["@personal"])`).join('\n  ');
    const sdl = `extend schema\n  ${linked}\ntype Query { me: Nobody }`;
    const subgraphs = [readSubgraph('a', 'http://127.0.0.1/a', [{ file: 'a.graphql', sdl }])];
    expect(places(check({ subgraphs }))).toEqual([`a.graphql:${String(line)}:3 error privacy-link schema`]);
  });

  it('leaves what can be said of subgraphs alone', () => {
    const subgraphs = [
      readSubgraph('accounts', 'http://127.0.0.1/accounts', [
        {
          file: 'accounts.graphql',
          sdl: `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
directive @personal(category: String) on FIELD_DEFINITION
type Query { me: Nobody email: String @personal(category: "contact.email") }`,
        },
      ]),
    ];
    expect(places(check({ subgraphs }))).toEqual([
      'accounts.graphql:4:12 error unrepeatable-directive @personal',
      'accounts.graphql:5:39 error unexported-directive Query.email',
    ]);
  });
});

describe('the federation library, in which nobody is personal', () => {
  it('has nothing to find', () => {
    const subgraphs = librarySubgraphs.map(({ name, typeDefs, header = HEADER }) =>
      readSubgraph(name, `http://127.0.0.1/${name}`, [{ file: `${name}.graphql`, sdl: header + typeDefs }]),
    );
    const found = check({ supergraph: { sdl: composedOf(subgraphs), file: null }, subgraphs });
    // Readers have names, which is what that lint is for.
    expect(places(found.filter(({ rule }) => rule !== 'looks-personal'))).toEqual([]);
  });
});
