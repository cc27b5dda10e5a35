import { describe, expect, it } from 'vitest';
import { checkSupergraph } from '../../directives/checkSupergraph.ts';
import { DEFAULT_SETTINGS } from '../../directives/ruleSettings.ts';
import { PERSONAL_DEFINITION, PRIVACY_URL } from '../../directives/spec.ts';
import { readSubgraph } from '../../directives/subgraphSource.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import {
  composeTest,
  FEDERATION_HEADER,
  HEADER,
  startGateway,
  type TestSubgraph,
} from '../gatewayHarness.ts';

const UNEXPORTED = `${FEDERATION_HEADER}
  @link(url: "${PRIVACY_URL}", import: ["@personal"])
  ${PERSONAL_DEFINITION}`;

const typeDefs = `
  type Query { me: User! }
  type User @key(fields: "id") @personal(subject: ["id"]) {
    id: ID!
    email: String! @personal(category: "contact.email")
  }
`;

/** Another subgraph, which does export what it says. */
const jobs: TestSubgraph = {
  name: 'jobs',
  typeDefs: `
    type User @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      rank: String @personal(category: "usage.history")
    }
  `,
};

interface Row {
  readonly name: string;
  readonly subgraphs: readonly TestSubgraph[];
}

const rows: readonly Row[] = [
  { name: 'alone', subgraphs: [{ name: 'accounts', header: UNEXPORTED, typeDefs }] },
  { name: 'beside one that exports', subgraphs: [{ name: 'accounts', header: UNEXPORTED, typeDefs }, jobs] },
  {
    name: 'by a name of its own',
    subgraphs: [
      {
        name: 'accounts',
        header: UNEXPORTED.replace('["@personal"]', '[{ name: "@personal", as: "@pii" }]').replace(
          'directive @personal',
          'directive @pii',
        ),
        typeDefs: typeDefs.replaceAll('@personal', '@pii'),
      },
    ],
  },
  {
    name: 'by the name of the spec',
    subgraphs: [
      {
        name: 'accounts',
        header: UNEXPORTED.replace(', import: ["@personal"]', '').replace(
          'directive @personal',
          'directive @privacy__personal',
        ),
        typeDefs: typeDefs.replaceAll('@personal', '@privacy__personal'),
      },
    ],
  },
];

const findings = async (subgraphs: readonly TestSubgraph[]): Promise<readonly string[]> => {
  const found = checkSupergraph({
    supergraph: { sdl: composeTest(subgraphs), file: null },
    subgraphs: subgraphs.map(({ name, header = HEADER, typeDefs: sdl }) =>
      readSubgraph(name, `http://${name}.invalid`, [{ file: `${name}.graphql`, sdl: header + sdl }]),
    ),
    policy: await loadPolicy('policies/crowdworks/policy.yaml'),
    settings: DEFAULT_SETTINGS,
  });
  return found
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, file }) => `${rule} ${String(file)}`);
};

describe('a subgraph that annotates and does not export', () => {
  it.each(rows)('loses its annotations without a word of composition: $name', ({ subgraphs }) => {
    const supergraph = composeTest(subgraphs);
    expect(supergraph).not.toContain('contact.email');
  });

  it.each(rows)('is found when it is checked: $name', async ({ subgraphs }) => {
    const found = await findings(subgraphs);
    expect(found.filter((finding) => finding.endsWith('accounts.graphql'))).not.toEqual([]);
  });

  it.each(rows)('is not served unless somebody checked or waived it: $name', async ({ subgraphs }) => {
    await expect(startGateway({ subgraphs, override: { stamp: 'required' } })).rejects.toThrow(
      /not stamped: nobody checked its annotations/,
    );
  });

  it('is nothing to complain of where it does export', async () => {
    expect(await findings([{ name: 'accounts', typeDefs }, jobs])).toEqual([]);
  });
});
