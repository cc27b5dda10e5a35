import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { EMAIL, MARKETING, NAME, startWorld, STRANGERS, SUPPORT, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startWorld({
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
  });
});

afterAll(async () => await gateway.close());

const shown = { name: 'canary-name-1', email: 'canary-email-1@example.com' };
const hidden = { name: NAME, email: EMAIL };

it.each([
  { name: 'in a list', query: '{ users { name email } }', expected: { users: [shown, hidden] } },
  {
    name: 'in lists of lists, after and before',
    query: '{ circles { name email } }',
    expected: { circles: [[hidden, shown], [], [hidden]] },
  },
  {
    name: 'in an object of another subject',
    query: '{ users { name email friend { name email } } }',
    expected: {
      users: [
        { ...shown, friend: hidden },
        { ...hidden, friend: shown },
      ],
    },
  },
  {
    name: 'in objects that one subject’s own lead to',
    query: '{ users { address { city rooms { label } } friend { address { city } } } }',
    expected: {
      users: [
        {
          address: { city: 'canary-city-1', rooms: [{ label: 'canary-room-1' }] },
          friend: { address: null },
        },
        { address: null, friend: { address: { city: 'canary-city-1' } } },
      ],
    },
  },
  {
    name: 'in what another subgraph makes of it',
    query: '{ users { poster greeting } }',
    expected: {
      users: [
        { poster: 'POSTER Dear canary-name-1', greeting: 'Dear canary-name-1' },
        { poster: NAME, greeting: NAME },
      ],
    },
  },
])('one row’s denial does not show on another: $name', async ({ query, expected }) => {
  const answer = await gateway.send({ query, ...MARKETING });
  expect(answer.data).toEqual(expected);
  expect(told(gateway, answer)).not.toMatch(/canary-\w+-2/);
});

const pathsOf = (errors: readonly { readonly path?: readonly (string | number)[] | undefined }[]): string[] =>
  errors.map(({ path = [] }) => path.join('.')).sort();

describe('an error of one row', () => {
  let posts: TestGateway;

  /** Notes are read where only users are known; companies have theirs beside them, and are told first. */
  beforeAll(async () => {
    posts = await startGateway({
      states: { 'user:3': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
      subgraphs: [
        {
          name: 'accounts',
          typeDefs: `
            type Query { parties: [Party] users: [User] }
            interface Party { id: ID! }
            type Company implements Party @key(fields: "id") { id: ID! note: String tags: [String] }
            type User implements Party @key(fields: "id") @personal(subject: ["id"]) { id: ID! }
          `,
          resolvers: {
            Query: {
              parties: () => [
                { __typename: 'Company', id: 'c1', note: 'open', tags: ['open'] },
                null,
                ...['1', '2', '3'].map((id) => ({ __typename: 'User', id })),
              ],
              users: () => ['1', '2', '3'].map((id) => ({ id })),
            },
          },
        },
        {
          name: 'notes',
          typeDefs: `
            type User @key(fields: "id") {
              id: ID!
              note: String @personal(category: "contact.email")
              tags: [String] @personal(category: "contact.email")
              open: String
            }
          `,
          resolvers: {
            User: {
              __resolveReference: async ({ id }: { id: string }) => {
                await Promise.resolve();
                if (id === '2') throw new Error('canary-2 is nobody');
                return { id };
              },
              note: ({ id }: { id: string }) => {
                throw new Error(`canary-note-${id}`);
              },
              tags: ({ id }: { id: string }) => [`tag ${id}`, new Error(`canary-tag-${id}`)],
              open: ({ id }: { id: string }) => `open ${id}`,
            },
          },
        },
      ],
    });
  });

  afterAll(async () => await posts.close());

  const notes = '{ parties { id ... on Company { note } ... on User { note } } }';

  it.each([
    { ...STRANGERS[0], expected: [] },
    // The third user consents to marketing: that their row fails is for this caller to know.
    { ...STRANGERS[1], expected: ['parties.4.note'] },
  ])('is told at no other, asked $who', async ({ caller, expected }) => {
    const answer = await posts.send({ query: notes, ...caller });
    expect(answer.data).toMatchObject({
      parties: [{ id: 'c1', note: 'open' }, null, { note: EMAIL }, { note: EMAIL }, { id: '3' }],
    });
    expect(pathsOf(answer.errors)).toEqual(expected);
    expect(told(posts, answer)).not.toContain('canary');
  });

  it('is told at its own', async () => {
    const { errors } = await posts.send({ query: '{ users { note } }', ...SUPPORT });
    expect(pathsOf(errors)).toEqual(['users.0.note', 'users.1', 'users.2.note']);
  });

  it('is told at its own where others are of another type, or missing', async () => {
    const { errors } = await posts.send({ query: notes, ...SUPPORT });
    expect(pathsOf(errors)).toEqual(['parties.2.note', 'parties.3', 'parties.4.note']);
  });

  it('is told at the item of its own', async () => {
    const { errors, data } = await posts.send({ query: '{ users { tags } }', ...SUPPORT });
    expect(data).toEqual({ users: [{ tags: ['tag 1', null] }, { tags: null }, { tags: ['tag 3', null] }] });
    expect(pathsOf(errors)).toEqual(['users.0.tags.1', 'users.1', 'users.2.tags.1']);
  });

  it.each(STRANGERS)(
    'that is missing is told where more of it than what is denied is missing, asked $who',
    async ({ caller }) => {
      const denied = await posts.send({ query: '{ users { note } }', ...caller });
      expect(pathsOf(denied.errors)).not.toContain('users.1');
      const open = await posts.send({ query: '{ users { note open } }', ...caller });
      expect(pathsOf(open.errors)).toContain('users.1');
      expect(open.data).toMatchObject({ users: [{ open: 'open 1' }, { open: null }, { open: 'open 3' }] });
    },
  );
});
