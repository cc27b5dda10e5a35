import type { ReadingRule } from './rule.ts';

/** A subject path that does not lead to an id. */
export const invalidSubject: ReadingRule = {
  name: 'invalid-subject',
  over: 'reading',
  severity: 'error',
  why: 'Without the id of the person a value is about nobody could be asked, so the gateway refuses the supergraph.',
  mend: 'Give each path as a field set of plain fields with one leaf, which is an `ID`, a `String`, an `Int` or a custom scalar, such as `"id"` or `"owner { id }"`. It starts at the type that holds the field.',
  examples: [
    {
      title:
        'A field that is not there, an object at the end, two leaves, and an argument, which stands on no object.',
      subgraphs: {
        accounts: `
          type Query {
            me: User
            users(email: String! @personal(category: "contact.email", subject: ["id"])): [User!]!
          }
          type User @key(fields: "id") {
            id: ID!
            boss: User
            email: String @personal(category: "contact.email", subject: ["userId"])
            phone: String @personal(category: "contact.telephone", subject: ["boss"])
            name: String @personal(category: "identity.name", subject: ["id boss { id }"])
          }`,
      },
      finds: ['Query.users(email:)', 'User.email', 'User.phone', 'User.name'],
    },
    {
      title: 'An id of its own, and that of somebody else.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            boss: User
            email: String @personal(category: "contact.email")
            bossName: String @personal(category: "identity.name", subject: ["boss { id }"])
          }`,
      },
      finds: [],
    },
  ],
};
