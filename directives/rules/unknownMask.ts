import { closest } from '../../policies/closest.ts';
import type { SupergraphRule } from './rule.ts';

/** A mask that the policy does not have. */
export const unknownMask: SupergraphRule = {
  name: 'unknown-mask',
  over: 'supergraph',
  severity: 'error',
  why: 'A mask that the policy does not have shows the constant, never the part of the value that its author had in mind.',
  mend: 'Name one of the policy’s `masks`, or add it there.',
  *check({ personal, policy }) {
    for (const { site, mask, node } of personal) {
      if (mask === null || policy.masks.has(mask)) continue;
      const meant = closest(mask, [...policy.masks.keys()]);
      yield {
        coordinate: site.coordinate,
        message: `the policy has no mask "${mask}".`,
        node,
        ...(meant === null ? {} : { mend: `Perhaps "${meant}" is meant.` }),
      };
    }
  },
  examples: [
    {
      title: 'The kind of a mask is not its name.',
      subgraphs: {
        payments: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            card: String @personal(category: "payment.card", mask: "card")
          }`,
      },
      finds: ['User.card'],
    },
    {
      title: 'A mask of the policy.',
      subgraphs: {
        payments: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            card: String @personal(category: "payment.card", mask: "last-four")
          }`,
      },
      finds: [],
    },
  ],
};
