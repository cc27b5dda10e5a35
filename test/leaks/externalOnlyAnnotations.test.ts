import { describe, expect, it } from 'vitest';
import { checkSupergraph } from '../../directives/checkSupergraph.ts';
import { DEFAULT_SETTINGS } from '../../directives/ruleSettings.ts';
import { readSubgraph } from '../../directives/subgraphSource.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import { composeTest, HEADER, startGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { EMAIL, expectNothingTold, STRANGERS } from './world.ts';

const accounts = (annotation: string): TestSubgraph => ({
  name: 'accounts',
  typeDefs: `
    type Query { me: User! }
    type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! email: String! @shareable ${annotation} }
  `,
  resolvers: { Query: { me: () => ({ id: '2', email: 'canary-email-2@example.com' }) } },
});

const rows: readonly { readonly name: string; readonly other: TestSubgraph }[] = [
  {
    name: 'for what it requires',
    other: {
      name: 'letters',
      typeDefs: `type User @key(fields: "id") {
        id: ID!
        email: String! @external @personal(category: "contact.email")
        note: String @requires(fields: "email")
      }`,
    },
  },
  {
    name: 'for what it provides',
    other: {
      name: 'letters',
      typeDefs: `
        type Query { pen: User @provides(fields: "email") }
        type User @key(fields: "id") { id: ID! email: String! @external @personal(category: "contact.email") }
      `,
    },
  },
];

const findings = async (subgraphs: readonly TestSubgraph[]): Promise<readonly string[]> => {
  const found = checkSupergraph({
    supergraph: { sdl: composeTest(subgraphs), file: null },
    subgraphs: subgraphs.map(({ name, typeDefs }) =>
      readSubgraph(name, `http://${name}.invalid`, [{ file: `${name}.graphql`, sdl: HEADER + typeDefs }]),
    ),
    policy: await loadPolicy('policies/crowdworks/policy.yaml'),
    settings: DEFAULT_SETTINGS,
  });
  return found
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, coordinate }) => `${rule} ${coordinate}`);
};

describe('an annotation that stands on an @external copy alone', () => {
  const bare = accounts('');

  it.each(rows)('is lost without a word of composition: $name', ({ other }) => {
    expect(composeTest([bare, other])).not.toMatch(/email: String!.*contact\.email/);
  });

  it.each(rows)('is found when it is checked: $name', async ({ other }) => {
    expect(await findings([bare, other])).toContain('external-annotation User.email');
  });

  it.each(rows)('is not served unless somebody checked or waived it: $name', async ({ other }) => {
    await expect(startGateway({ subgraphs: [bare, other], override: { stamp: 'required' } })).rejects.toThrow(
      /not stamped: nobody checked its annotations/,
    );
  });

  it.each(rows)('protects where it stands on the field itself as well: $name', async ({ other }) => {
    const gateway = await startGateway({
      subgraphs: [accounts('@personal(category: "contact.email")'), other],
    });
    try {
      for (const { caller } of STRANGERS) {
        const row = { name: '', query: '{ me { email } }', expected: { me: { email: EMAIL } } };
        await expectNothingTold(gateway, row, caller);
      }
    } finally {
      await gateway.close();
    }
  });
});
