import { afterAll, beforeAll, describe, it } from 'vitest';
import { PERSONAL_DEFINITION, PRIVACY_URL, PURPOSE_DEFINITION } from '../../directives/spec.ts';
import { FEDERATION_HEADER, startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { EMAIL, expectNothingTold, expectShown, STRANGERS } from './world.ts';

const typeDefs = (personal: string): string => `
  type Query { me: User! }
  type User @key(fields: "id") ${personal}(subject: ["id"]) {
    id: ID!
    email: String! ${personal}(category: "contact.email")
  }
`;

const user = { id: '2', email: 'canary-email-2@example.com' };
const resolvers = { Query: { me: () => user }, User: { __resolveReference: () => user } };

/** Ways of calling the directive: by names of one's own, and by the spec's. */
const subgraphs: readonly { readonly as: string; readonly subgraph: TestSubgraph }[] = [
  {
    as: '@pii',
    subgraph: {
      name: 'only',
      header: `${FEDERATION_HEADER}
        @link(url: "${PRIVACY_URL}", import: [{ name: "@personal", as: "@pii" }, { name: "@purpose", as: "@use" }])
        @composeDirective(name: "@pii")
        @composeDirective(name: "@use")
        ${PERSONAL_DEFINITION.replace('@personal', '@pii')}
        ${PURPOSE_DEFINITION.replace('@purpose', '@use')}`,
      typeDefs: typeDefs('@pii'),
      resolvers,
    },
  },
  {
    as: '@privacy__personal',
    subgraph: {
      name: 'only',
      header: `${FEDERATION_HEADER}
        @link(url: "${PRIVACY_URL}")
        @composeDirective(name: "@privacy__personal")
        ${PERSONAL_DEFINITION.replace('@personal', '@privacy__personal')}`,
      typeDefs: typeDefs('@privacy__personal'),
      resolvers,
    },
  },
  {
    as: '@p__personal',
    subgraph: {
      name: 'only',
      header: `${FEDERATION_HEADER}
        @link(url: "${PRIVACY_URL}", as: "p")
        @composeDirective(name: "@p__personal")
        ${PERSONAL_DEFINITION.replace('@personal', '@p__personal')}`,
      typeDefs: typeDefs('@p__personal'),
      resolvers,
    },
  },
];

const row = { name: 'an e-mail', query: '{ me { email id } }', expected: { me: { email: EMAIL, id: '2' } } };

describe.each(subgraphs)('a directive called $as', ({ subgraph }) => {
  let gateway: TestGateway;

  beforeAll(async () => (gateway = await startGateway({ subgraphs: [subgraph] })));

  afterAll(async () => await gateway.close());

  it.each(STRANGERS)('protects, asked $who', async ({ caller }) => {
    await expectNothingTold(gateway, row, caller);
  });

  it('shows to a caller who may know', async () => await expectShown(gateway, row));
});
