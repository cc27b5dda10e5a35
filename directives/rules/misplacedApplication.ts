import type { ReadingRule } from './rule.ts';

/** An application where the directive may not stand. */
export const misplacedApplication: ReadingRule = {
  name: 'misplaced-application',
  over: 'reading',
  severity: 'error',
  why: 'On a union, or `@purpose` on an input, the directives mean nothing; an application there is refused, since whoever wrote it meant to protect something.',
  mend: 'Annotate the types or fields instead, and define the directives as the spec does, so that composition refuses such a place by itself.',
  examples: [
    {
      title: 'On a union, which the copy of the definition allows.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String) repeatable on FIELD_DEFINITION | UNION
          type Query { owner: Owner }
          union Owner @personal(category: "identity.name") = User | Company
          type User @key(fields: "id") { id: ID! }
          type Company @key(fields: "id") { id: ID! }`,
      },
      finds: ['Owner'],
      links: 'bare',
    },
    {
      title: 'On the field that leads to one.',
      subgraphs: {
        accounts: `
          type Query { job: Job }
          type Job @key(fields: "id") @personal(subject: ["ownerId"]) {
            id: ID!
            ownerId: ID!
            owner: Owner @personal(category: "usage.content")
          }
          union Owner = User | Company
          type User @key(fields: "id") { id: ID! }
          type Company @key(fields: "id") { id: ID! }`,
      },
      finds: [],
    },
  ],
};
