import type { ReadingRule } from './rule.ts';

/** An application whose arguments are not what they should be. */
export const malformedApplication: ReadingRule = {
  name: 'malformed-application',
  over: 'reading',
  severity: 'error',
  why: 'An application that cannot be understood might have been meant to protect, so the gateway refuses the whole supergraph rather than pass over it.',
  mend: 'Correct the application. Categories and purposes are dotted keys, lists hold strings, and each application says something.',
  examples: [
    {
      title: 'A category that is no key, an application that says nothing, and a namespace of no ids.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "e-mail address")
            phone: String @personal(reason: "private")
            name: String @personal(category: "identity.name", namespace: "user")
          }`,
      },
      finds: ['User.email', 'User.phone', 'User.name'],
    },
    {
      title: 'Each says something that can be read.',
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
