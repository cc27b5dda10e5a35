import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { z } from 'zod';
import { HEADER } from '../gatewayHarness.ts';
import type { StubReply } from './stubServer.ts';

/** A small world of two subgraphs that failures are tried on: two people, their work and their animals. */
export const VILLAGE = [
  {
    name: 'people',
    typeDefs: `
      type Query { people: [Person!]! person(id: ID!): Person animals: [Animal!] }
      type Person @key(fields: "id") @personal(subject: ["id"]) {
        id: ID!
        name: String! @personal(category: "identity.name")
        email: String @personal(category: "contact.email")
        age: Int
        member: Boolean
        tags: [String!]
        address: Address
      }
      type Address { city: String @personal(category: "contact.address") planet: String }
      interface Animal { id: ID! label: String }
      type Cat implements Animal { id: ID! label: String lives: Int }
      type Dog implements Animal @key(fields: "id") @personal(subject: ["id"], namespace: "dog") {
        id: ID!
        label: String @personal(category: "identity.name")
      }
    `,
  },
  {
    name: 'work',
    typeDefs: `
      type Person @key(fields: "id") { id: ID! name: String! @external title: String @requires(fields: "name") job: Job }
      type Job { label: String wage: Int @personal(category: "payment") }
    `,
  },
] as const;

/** Values of people that a masked answer must not hold. */
export const SECRETS = [
  'Ada Canary',
  'Bob Canary',
  'ada@canary.example',
  'bob@canary.example',
  'Kyoto',
  'Osaka',
];

const PEOPLE = [
  { id: '1', name: 'Ada Canary', email: 'ada@canary.example', city: 'Kyoto' },
  { id: '2', name: 'Bob Canary', email: 'bob@canary.example', city: 'Osaka' },
].map(({ city, ...person }) => ({
  ...person,
  age: 40,
  member: true,
  tags: ['a', 'b'],
  address: { city, planet: 'Earth' },
}));

const bodySchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });

/** Answers as a good subgraph of the village does, but for what `tamper` makes of each answer. */
export function subgraph(
  name: (typeof VILLAGE)[number]['name'],
  tamper: (answer: unknown) => unknown = (answer) => answer,
): (body: string) => Promise<StubReply> {
  const typeDefs = VILLAGE.find((each) => each.name === name)?.typeDefs ?? '';
  const schema = buildSubgraphSchema({
    typeDefs: parse(HEADER + typeDefs),
    resolvers: name === 'people' ? PEOPLE_RESOLVERS : WORK_RESOLVERS,
  });
  return async (body) => {
    const { query, variables } = bodySchema.parse(JSON.parse(body));
    const answer: unknown = JSON.parse(
      JSON.stringify(await graphql({ schema, source: query, variableValues: variables })),
    );
    return { text: JSON.stringify(tamper(answer)) };
  };
}

const PEOPLE_RESOLVERS = {
  Query: {
    people: () => PEOPLE,
    person: (_: unknown, { id }: { id: string }) => PEOPLE.find((person) => person.id === id) ?? null,
    animals: () => [
      { __typename: 'Cat', id: 'c', label: 'Tama', lives: 9 },
      { __typename: 'Dog', id: 'd', label: 'Pochi Canary' },
    ],
  },
  Person: {
    __resolveReference: ({ id }: { id: string }) => PEOPLE.find((person) => person.id === id) ?? null,
  },
};

const WORK_RESOLVERS = {
  Person: {
    title: ({ name }: { name: string }) => `Dr ${name}`,
    job: () => ({ label: 'weaver', wage: 100 }),
  },
};

const subjectsSchema = z.object({ variables: z.object({ subjects: z.array(z.string()) }) });

/** Answers as a good consent source does: person 1 has agreed to marketing, everybody else to nothing. */
export function consentSource(
  tamper: (answer: ConsentAnswer) => unknown = (answer) => answer,
): (body: string) => Promise<StubReply> {
  return async (body) => {
    const { subjects } = subjectsSchema.parse(JSON.parse(body)).variables;
    const states = subjects.map((subject) => ({
      subject,
      suspended: false,
      lastServiceUse: '2026-01-01T00:00:00Z',
      collectionMethods: [],
      entries:
        subject === 'user:1'
          ? [
              {
                purpose: 'marketing.recommendation',
                recipient: null,
                state: 'GIVEN',
                at: '2026-01-02T00:00:00Z',
                expiresAt: null,
              },
            ]
          : [],
    }));
    const answer = { data: { _consentStates: { leaseMs: 0, states } } };
    return await Promise.resolve({ text: JSON.stringify(tamper(answer)) });
  };
}

interface ConsentAnswer {
  readonly data: {
    readonly _consentStates: {
      readonly leaseMs: number;
      readonly states: readonly { readonly subject: string; readonly entries: readonly object[] }[];
    };
  };
}
