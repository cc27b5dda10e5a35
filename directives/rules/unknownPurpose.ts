import { closest } from '../../policies/closest.ts';
import type { SupergraphRule } from './rule.ts';

/** A purpose that the policy does not have. */
export const unknownPurpose: SupergraphRule = {
  name: 'unknown-purpose',
  over: 'supergraph',
  severity: 'error',
  setting: 'fixed',
  why: 'A slip in `deny` denies nothing, and one in `allow` allows nothing. A purpose that the policy does not have cannot be told from a slip.',
  mend: 'Name a purpose of the policy, or one that others of it descend from.',
  *check({ purpose, policy }) {
    const known = new Set([...policy.purposes.keys()].flatMap(withAncestors));
    for (const { site, allow, deny, node } of purpose) {
      for (const key of new Set([...(allow ?? []), ...deny])) {
        if (known.has(key)) continue;
        const meant = closest(key, [...known]);
        yield {
          coordinate: site.coordinate,
          message: `the policy has no purpose "${key}".`,
          node,
          ...(meant === null ? {} : { mend: `Perhaps "${meant}" is meant.` }),
        };
      }
    }
  },
  examples: [
    {
      title: 'A slip of the pen in each list.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String
              @personal(category: "contact.email")
              @purpose(allow: ["service.suport"])
            phone: String
              @personal(category: "contact.telephone")
              @purpose(deny: ["advertisement"])
          }`,
      },
      finds: ['User.email', 'User.phone'],
    },
    {
      title: 'Purposes of the policy, and what others descend from.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String
              @personal(category: "contact.email")
              @purpose(allow: ["service.support", "service.operation"], deny: ["advertising"])
          }`,
      },
      finds: [],
    },
  ],
};

/** `a.b.c`: itself, `a.b` and `a`. */
function withAncestors(key: string): readonly string[] {
  const parts = key.split('.');
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('.'));
}
