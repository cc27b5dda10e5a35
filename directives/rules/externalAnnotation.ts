import { named } from './facts/named.ts';
import { lostAnnotations } from './facts/lostAnnotations.ts';
import type { SupergraphRule } from './rule.ts';

/** An annotation that stands only on `@external` copies of a field. */
export const externalAnnotation: SupergraphRule = {
  name: 'external-annotation',
  over: 'supergraph',
  severity: 'error',
  setting: 'fixed',
  why: 'An `@external` copy says what a field of another subgraph looks like. Composition drops the directives on it without a hint, so the field is shown to everybody.',
  mend: 'Move the annotation to the subgraph that resolves the field, or add it there by an overlay.',
  *check(checked) {
    for (const { coordinate, node, subgraph, external, resolvers } of lostAnnotations(checked)) {
      if (!external) continue;
      const where = resolvers.length === 0 ? '' : ` The field is resolved by ${named(resolvers)}.`;
      const message = `@${node.name.value} stands on an @external copy only, where composition drops it.${where}`;
      yield { coordinate, message, node, subgraph };
    }
  },
  examples: [
    {
      title: 'The subgraph that needs the e-mail annotates it; the one that has it does not.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String
          }`,
        newsletters: `
          type User @key(fields: "id") {
            id: ID!
            email: String @external @personal(category: "contact.email")
            subscribed: Boolean @requires(fields: "email")
          }`,
      },
      finds: ['User.email'],
    },
    {
      title: 'The subgraph that has it annotates it, in words of its own.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String
              @personal(category: "contact.email", mask: "domain", reason: "Given at registration")
          }`,
        newsletters: `
          type User @key(fields: "id") {
            id: ID!
            email: String @external @personal(category: "contact.email")
            subscribed: Boolean
              @requires(fields: "email")
              @personal(category: "usage.history")
          }`,
      },
      finds: [],
    },
  ],
};
