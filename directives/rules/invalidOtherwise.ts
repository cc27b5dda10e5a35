import type { ReadingRule } from './rule.ts';

/** An `otherwise` that is neither `mask` nor `reject`. */
export const invalidOtherwise: ReadingRule = {
  name: 'invalid-otherwise',
  over: 'reading',
  severity: 'error',
  why: 'What stands in the answer where a value is denied is either the constant of its type or `null` with an error; there is nothing else that is known to reveal nothing.',
  mend: 'Write `otherwise: "mask"` (the default) or `otherwise: "reject"`.',
  examples: [
    {
      title: 'A third way.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email", otherwise: "null")
          }`,
      },
      finds: ['User.email'],
    },
    {
      title: 'Rejected where it is denied.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email", otherwise: "reject")
          }`,
      },
      finds: [],
    },
  ],
};
