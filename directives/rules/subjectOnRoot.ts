import type { ReadingRule } from './rule.ts';

/** A subject on a root type. */
export const subjectOnRoot: ReadingRule = {
  name: 'subject-on-root',
  over: 'reading',
  severity: 'error',
  why: '`Query`, `Mutation` and `Subscription` belong to no person, so nothing that is reached from them can be about whom they name.',
  mend: 'Declare the subject on the type that the root field returns.',
  examples: [
    {
      title: 'On the root field.',
      subgraphs: {
        accounts: `
          type Query {
            myEmail: String @personal(category: "contact.email", subject: ["myId"])
            myId: ID
          }`,
      },
      finds: ['Query.myEmail'],
    },
    {
      title: 'On the type returned.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
      },
      finds: [],
    },
  ],
};
