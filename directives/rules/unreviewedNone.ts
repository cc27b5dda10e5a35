import type { ReadingRule } from './rule.ts';

/** A `category: "none"` without a reason. */
export const unreviewedNone: ReadingRule = {
  name: 'unreviewed-none',
  over: 'reading',
  severity: 'error',
  why: 'With `category: "none"` a person declares that a field is not personal although it looks so or is made of what is. Nobody can review that without the reason.',
  mend: 'Say why beside it: `reason: "…"`. If there is no good reason, give it its category.',
  examples: [
    {
      title: 'No reason given.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            emailDomain: String @personal(category: "none")
          }`,
      },
      finds: ['User.emailDomain'],
    },
    {
      title: 'With its reason.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            emailConfirmed: Boolean
              @personal(category: "none", reason: "Tells that the account is active, nothing of the address")
          }`,
      },
      finds: [],
    },
  ],
};
