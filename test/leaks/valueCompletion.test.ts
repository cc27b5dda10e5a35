import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, MARKETING, STRANGERS, SUPPORT, told } from './world.ts';

let gateway: TestGateway;

/** What the subgraph says of the one user, in place of what its schema promises. */
let user = '';

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            label: String!
            rank: Int
            kind: Kind
            tags: [String!]
            email: String! @personal(category: "contact.email")
            mails: [String!]! @personal(category: "contact.email")
            age: Int @personal(category: "contact.email")
            open: Open
          }
          type Open { name: String! }
          enum Kind { A B }
        `,
        onWire: (json) =>
          `{"data":{${json.includes('_entities') ? `"_entities":[${user}]` : `"me":${user}`}}}`,
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const good = {
  __typename: 'User',
  id: '2',
  label: 'l',
  rank: 1,
  kind: 'A',
  tags: ['t'],
  email: 'canary-email',
  mails: ['canary-mail'],
  age: 40,
  open: { name: 'n' },
};

const QUERY = '{ me { label rank kind tags email mails age open { name } } }';

const open: readonly { readonly name: string; readonly given: object }[] = [
  { name: 'a text for a number', given: { rank: 'canary' } },
  { name: 'an object for a text', given: { label: { canary: 'canary' } } },
  { name: 'another value of an enum', given: { kind: 'canary' } },
  { name: 'no list', given: { tags: 'canary' } },
  { name: 'a null among what is none', given: { tags: ['t', null, 'u'] } },
  { name: 'no object', given: { open: 'canary' } },
  { name: 'an object without what it must have', given: { open: { name: null } } },
  { name: 'nothing that must be there', given: { label: null } },
];

describe('what is said of values that their types cannot hold', () => {
  it.each(open)('quotes none: $name', async ({ given }) => {
    user = JSON.stringify({ ...good, ...given });
    const answer = await gateway.send({ query: QUERY });
    expect(answer.text).not.toContain('canary');
    expect(told(gateway, answer)).not.toContain(CANARY);
    for (const { message } of completionsOf(answer.extensions)) {
      expect(message).toMatch(
        /^Cannot return null for non-nullable (field \w+\.\w+|array element of type \S+ at index \d+)\.$/,
      );
    }
  });

  it('is said where a type is not held', async () => {
    user = JSON.stringify({ ...good, open: { name: null } });
    const answer = await gateway.send({ query: QUERY });
    expect(completionsOf(answer.extensions).map(({ path }) => path)).toEqual([['me', 'open', 'name']]);
  });
});

describe.each(STRANGERS)('what is said of denied values, asked $who', ({ caller }) => {
  const denied = [
    { email: null },
    { email: { canary: 1 } },
    { email: ['canary'] },
    { mails: null },
    { mails: 'canary' },
    { mails: [['canary']] },
    { mails: { 0: 'canary' } },
    { age: [40] },
    { mails: [null, 'canary'] },
    { mails: [] },
    { age: 'canary' },
    { age: 2 ** 40 },
    { age: null },
  ];
  it.each(denied)('is nothing, and the answer is the same: %j', async (given) => {
    const query = '{ me { label email mails age } }';
    user = JSON.stringify(good);
    const expected = await gateway.send({ query, ...caller });
    user = JSON.stringify({ ...good, ...given });
    const answer = await gateway.send({ query, ...caller });
    expect(answer.text).toBe(expected.text);
    expect(answer.data).toMatchObject({ me: { label: 'l', email: EMAIL } });
    expect(told(gateway, answer)).not.toContain(CANARY);
  });
});

it('values that their types hold are shown to a caller who may know', async () => {
  user = JSON.stringify(good);
  const { data, extensions } = await gateway.send({ query: QUERY, ...SUPPORT });
  const { id: _, __typename: __, ...shown } = good;
  expect(data).toEqual({ me: shown });
  expect(completionsOf(extensions)).toEqual([]);
});

it('a null that must not be is told a caller who may know, and no other', async () => {
  user = JSON.stringify({ ...good, email: null });
  const query = '{ me { email } }';
  expect((await gateway.send({ query, ...SUPPORT })).data).toEqual({ me: null });
  expect((await gateway.send({ query, ...MARKETING })).data).toEqual({ me: { email: EMAIL } });
});

interface Completion {
  readonly message: string;
  readonly path: unknown;
}

function completionsOf(extensions: Readonly<Record<string, unknown>>): readonly Completion[] {
  const found = extensions['valueCompletion'] ?? [];
  if (!Array.isArray(found)) throw new Error('Expected a list.');
  return found as readonly Completion[];
}
