import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { expectNothingTold, expectShown, EMAIL, sent, STRANGERS, type LeakRow } from './world.ts';

const MAIL = 'canary-key@example.com';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { me: Member! }
          type Member @key(fields: "email") @personal(subject: ["no"]) {
            no: ID!
            email: String! @personal(category: "contact.email")
          }
        `,
        resolvers: { Query: { me: () => ({ no: '2', email: MAIL }) } },
      },
      {
        name: 'letters',
        typeDefs: `type Member @key(fields: "email") { email: String! signature: String }`,
        resolvers: { Member: { signature: ({ email }: { email: string }) => `Yours, ${email}` } },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const rows: readonly LeakRow[] = [
  { name: 'the key', query: '{ me { email } }', expected: { me: { email: EMAIL } } },
  {
    name: 'what another subgraph makes of it',
    query: '{ me { signature } }',
    expected: { me: { signature: EMAIL } },
  },
  {
    name: 'under other names',
    query: '{ me { team: signature no: email } }',
    expected: { me: { team: EMAIL, no: EMAIL } },
  },
];

describe.each(STRANGERS)('personal keys, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    await expectNothingTold(gateway, row, caller);
  });
});

it.each(rows)(
  'personal keys tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);

it('are sent to nobody for what is denied beforehand', async () => {
  gateway.forget();
  await gateway.send({ query: '{ me { signature email } }' });
  expect(sent(gateway, 'accounts')).toContain('{me{__typename}}');
  expect(gateway.sent('letters')).toEqual([]);
});
