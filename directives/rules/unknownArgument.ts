import type { ReadingRule } from './rule.ts';

/** An argument that the directives do not have. */
export const unknownArgument: ReadingRule = {
  name: 'unknown-argument',
  over: 'reading',
  severity: 'error',
  why: 'An argument that is not known might ask for more protection than the gateway can give, so it is refused rather than passed over.',
  mend: 'Use the arguments of the spec, and define the directives as it does, so that composition refuses any other by itself.',
  examples: [
    {
      title: 'An argument that only this copy of the definition has.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String, subject: [String!], level: String) repeatable on OBJECT | FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email", level: "high")
          }`,
      },
      finds: ['User.email'],
      links: 'bare',
    },
    {
      title: 'The arguments of the spec.',
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
