import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';

const block = (depth: number): object => ({
  __typename: depth % 2 === 0 ? 'Paragraph' : 'Quote',
  id: `b${depth}`,
  authorId: '1',
  text: 'words',
  children: depth === 0 ? [] : [block(depth - 1)],
});
const media = [
  { __typename: 'Book', id: 'm1', title: 'A diary' },
  { __typename: 'Film', id: 'm2', title: 'A film' },
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'content',
        typeDefs: `
          type Query { person: Person blocks: [Block!]! media: [Media!]! }
          interface Node { id: ID! }
          type Person implements Node @key(fields: "id") @personal(subject: ["id"]) {
            id: ID! name: String! @personal(category: "identity.name")
          }
          interface Block { id: ID! children: [Block!] text: String }
          type Paragraph implements Block @personal(subject: ["authorId"]) {
            id: ID! authorId: ID! children: [Block!] @personal(category: "usage.content") text: String
          }
          type Quote implements Block @personal(subject: ["authorId"]) {
            id: ID! authorId: ID! children: [Block!] @personal(category: "usage.content") text: String
          }
          interface Media @key(fields: "id") { id: ID! title: String }
          type Book implements Media @key(fields: "id") @personal(subject: ["id"]) {
            id: ID! title: String @personal(category: "usage.content")
          }
          type Film implements Media @key(fields: "id") { id: ID! title: String }
        `,
        resolvers: {
          Query: {
            person: () => ({ id: '1', name: 'Ada Example' }),
            blocks: () => [block(16)],
            media: () => media,
          },
          Person: { __resolveReference: () => ({ id: '1', name: 'Ada Example' }) },
        },
      },
      {
        name: 'shelf',
        typeDefs: `
          type Media @key(fields: "id") @interfaceObject {
            id: ID! title: String @external plain: String derived: String @requires(fields: "title")
          }
        `,
        resolvers: {
          Media: {
            plain: () => 'plain',
            derived: ({ title }: { title: string }) => title.toUpperCase(),
          },
        },
      },
    ],
  });
});
afterAll(async () => await gateway.close());

describe('an operation', () => {
  it('may put a fragment on an interface where the type is concrete', async () => {
    const { data, errors } = await gateway.send({
      purpose: 'service.support',
      query:
        'query Q { person { __typename ... on Node { id ... on Person { name } } ...N } } fragment N on Node { ... on Person { n: name } }',
    });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      person: { __typename: 'Person', id: '1', name: 'Ada Example', n: 'Ada Example' },
    });
  });

  it('that nests a personal list of an interface is prepared in time', async () => {
    const depth = 60;
    const query = `{ blocks ${'{ children '.repeat(depth)}{ text }${' }'.repeat(depth)} }`;
    const began = performance.now();
    const { status, data } = await gateway.send({ purpose: 'service.support', query });
    expect(status).toBe(200);
    expect(data).toMatchObject({ blocks: [{ children: [{ children: [{}] }] }] });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('gets what is not personal from an interface object, whatever is denied beside it', async () => {
    const { data } = await gateway.send({ query: '{ media { plain derived } }' });
    expect(data).toEqual({
      media: [
        { plain: 'plain', derived: '█████' },
        { plain: 'plain', derived: 'A FILM' },
      ],
    });
  });

  it('finds @usedFor by introspection', async () => {
    const { data } = await gateway.send({ query: '{ __schema { directives { name args { name } } } }' });
    expect(data).toMatchObject({
      __schema: {
        directives: expect.arrayContaining([{ name: 'usedFor', args: [{ name: 'purpose' }] }]) as unknown,
      },
    });
  });

  const refused = [
    {
      name: 'that expands to too many selections',
      query: `query Q { ...F0 } ${Array.from({ length: 20 }, (_, i) => `fragment F${i} on Query { a${i}: person { id } ${i === 19 ? '' : `...F${i + 1} ... { ...F${i + 1} }`} }`).join(' ')}`,
      expected: [400, 'OPERATION_TOO_LARGE'],
    },
    {
      name: 'that is nested too deeply',
      query: `{ ${'... { '.repeat(300)} person { id } ${'} '.repeat(300)} }`,
      expected: [400, 'OPERATION_TOO_LARGE'],
    },
    {
      name: 'that has too many tokens to be read',
      query: `{ ${'... { '.repeat(8_000)} person { id } ${'} '.repeat(8_000)} }`,
      expected: [400, 'OPERATION_TOO_LARGE'],
    },
    {
      name: 'that no name chooses',
      query: 'query A { person { id } } query B { person { id } }',
      expected: [400, 'OPERATION_RESOLUTION_FAILURE'],
    },
    {
      name: 'whose condition is null',
      query: 'query ($v: Boolean = true) { person @include(if: $v) { id } }',
      variables: { v: null },
      expected: [400, 'BAD_USER_INPUT'],
    },
  ];
  it.each(refused)('$name is refused', async ({ expected, ...request }) => {
    const { status, errors, data } = await gateway.send(request);
    expect([status, errors[0]?.extensions['code']]).toEqual(expected);
    expect(data).toBeUndefined();
  });

  it('with an odd justification is refused before anything runs', async () => {
    gateway.forget();
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk' },
      body: JSON.stringify({ query: '{ person { id } }', extensions: { privacy: { justification: 5 } } }),
    });
    expect(response.status).toBe(400);
    expect(gateway.sent('content')).toEqual([]);
  });
});
