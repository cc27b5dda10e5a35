import { closest } from '../../policies/closest.ts';
import type { SupergraphRule } from './rule.ts';

/** A category that the policy does not have. */
export const unknownCategory: SupergraphRule = {
  name: 'unknown-category',
  over: 'supergraph',
  severity: 'error',
  why: 'No purpose covers a category that the policy does not have, so nobody would ever see the field.',
  mend: 'Name a category of the policy, or add it there.',
  *check({ personal, policy }) {
    for (const { site, category, node } of personal) {
      if (category === null || policy.categories.has(category)) continue;
      const meant = closest(category, [...policy.categories.keys()]);
      yield {
        coordinate: site.coordinate,
        message: `the policy has no category "${category}".`,
        node,
        ...(meant === null ? {} : { mend: `Perhaps "${meant}" is meant.` }),
      };
    }
  },
  examples: [
    {
      title: 'A slip of the pen.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.emial")
          }`,
      },
      finds: ['User.email'],
    },
    {
      title: 'A category of the policy.',
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
