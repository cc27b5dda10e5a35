import { z } from 'zod';
import { createHolderOf } from './looks/holderOf.ts';
import { createLooks } from './looks/createLooks.ts';
import { personalPlaces } from './looks/personalPlaces.ts';
import type { PersonalKind } from './looks/personalWords.ts';
import { suggestCategory } from './looks/suggestCategory.ts';
import type { SupergraphRule, Violation } from './rule.ts';

const strings = z.array(z.string().min(1), { error: 'expected a list of strings' });

const schema = z.strictObject({
  /** Ends of names that look personal wherever they stand, by the category to suggest. */
  words: z.record(z.string(), strings).default({}),
  /** Coordinates that are not looked at; `*` stands for any part of one: `Repository.*`, `*.displayName`. */
  ignore: strings.default([]),
  /** Words for people, and for what is none, as they stand at the end of type names. */
  people: strings.default([]),
  nobody: strings.default([]),
});

/** What is not annotated and looks personal by its name and type. */
export const looksPersonal: SupergraphRule = {
  name: 'looks-personal',
  over: 'supergraph',
  severity: 'warning',
  why: 'What nothing is said of is shown to every caller for every purpose. Names and types tell what is likely to be personal, in English and in romanised Japanese.',
  mend: 'Annotate it with its category. If it is not about a person, say so: `@personal(category: "none", reason: "…")` there or on its type.',
  options: schema,
  *check(checked, options) {
    const { words, ignore, people, nobody } = schema.parse(options ?? {});
    const more = Object.entries(words).map(([category, always]): PersonalKind => ({
      what: category,
      categories: [category],
      always,
      also: ALSO,
    }));
    const ignored = ignore.map(pattern);
    const places = personalPlaces(
      checked,
      createLooks(more),
      createHolderOf(checked.index, { people, nobody }),
    );
    for (const { coordinate, kind, implementers } of places) {
      if (ignored.some((each) => each.test(coordinate))) continue;
      const category = suggestCategory(kind, checked.policy) ?? '…';
      const types =
        implementers.length === 0 ? '' : `, on all ${String(implementers.length)} types that have it`;
      yield {
        coordinate,
        message: `looks like ${kind.what}${types}, and nothing says whether it is personal.`,
        mend: `@personal(category: "${category}"); or, if it is not about a person, @personal(category: "none", reason: "…").`,
      } satisfies Violation;
    }
  },
  examples: [
    {
      title: 'People’s names, addresses and look-ups by them',
      subgraphs: {
        accounts: `
          type Query {
            me: User
            usersByEmail(email: String!): [User!]!
          }

          type User @key(fields: "id") {
            id: ID!
            name: String
            emailAddress: String
            lastLoginIp: String
            seinengappi: String
            address: Address
          }

          type Address {
            street: String
            city: String
          }

          input ProfileInput {
            denwa_bangou: String
          }

          type Mutation { update(input: ProfileInput): User }`,
      },
      finds: [
        'Query.usersByEmail(email:)',
        'User.name',
        'User.emailAddress',
        'User.lastLoginIp',
        'User.seinengappi',
        'User.address',
        'ProfileInput.denwa_bangou',
      ],
    },
    {
      title: 'What all types of an interface have is told once',
      subgraphs: {
        audit: `
          type Query { log: [Entry!]! }

          interface Entry { actorIp: String }

          type Login implements Entry { actorIp: String }

          type Upload implements Entry { actorIp: String fileName: String }`,
      },
      finds: ['Entry.actorIp'],
    },
    {
      title: 'A word of one’s own',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") {
            id: ID!
            workerCode: String
          }`,
      },
      options: { words: { 'account.loginId': ['worker code'] } },
      finds: ['User.workerCode'],
    },
    {
      title: 'Names of things, flags, and what has been said',
      subgraphs: {
        accounts: `
          type Query { me: User shop: Shop }

          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email")
            isEmailVerified: Boolean
            nickname: String
              @personal(category: "none", reason: "Chosen for a game, and forgotten with it.")
          }

          type Shop {
            name: String
            email: String
            supportPhone: String
          }`,
      },
      finds: [],
    },
    {
      title: 'What settings leave out',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") {
            id: ID!
            nickname: String
          }`,
      },
      options: { ignore: ['User.nick*'] },
      finds: [],
    },
  ],
};

const ALSO = ['number', 'date', 'enum', 'object'] as const;

function pattern(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
