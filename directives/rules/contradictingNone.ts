import type { SupergraphRule } from './rule.ts';

/** A coordinate that one application declares not personal and another personal. */
export const contradictingNone: SupergraphRule = {
  name: 'contradicting-none',
  over: 'supergraph',
  severity: 'error',
  why: 'With `category: "none"` a subgraph declares that what a field is made of does not show in it, which ends what the field takes over from there. Where another gives the field a category, one of them is wrong.',
  mend: 'Agree on one: take away the `none`, or the category.',
  *check({ personal }) {
    const byCoordinate = Map.groupBy(personal, ({ site }) => site.coordinate);
    for (const [coordinate, applications] of byCoordinate) {
      const none = applications.find(({ declassified }) => declassified);
      const categories = applications.flatMap(({ category }) => category ?? []);
      if (none === undefined || categories.length === 0) continue;
      const message = `it is declared not personal, and also ${categories.map((key) => `"${key}"`).join(', ')}.`;
      yield { coordinate, message, node: none.node };
    }
  },
  examples: [
    {
      title: 'Two subgraphs disagree.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            rank: Int @shareable @personal(category: "usage.history")
          }`,
        contests: `
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            rank: Int @shareable @personal(category: "none", reason: "Shown on the public score board")
          }`,
      },
      finds: ['User.rank'],
    },
    {
      title: 'Two categories are no contradiction: they add up.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            rank: Int @shareable @personal(category: "usage.history")
          }`,
        contests: `
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            rank: Int @shareable @personal(category: "usage.content")
          }`,
      },
      finds: [],
    },
  ],
};
