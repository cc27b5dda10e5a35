import { exportedNames } from '../exportedNames.ts';
import { lostAnnotations } from './facts/lostAnnotations.ts';
import type { SupergraphRule } from './rule.ts';

/** An annotation of a subgraph that the supergraph does not have. */
export const lostAnnotation: SupergraphRule = {
  name: 'lost-annotation',
  over: 'supergraph',
  severity: 'error',
  setting: 'fixed',
  why: 'What composition drops, the gateway cannot enforce. Whatever the reason, each annotation of a subgraph must be found again in the supergraph.',
  mend: 'See what other findings say of the definitions and links of the directive. Otherwise compose with `sudare compose`, and annotate the field in the subgraph that resolves it.',
  *check(checked) {
    const exported = new Map(
      checked.subgraphs.map(({ name, document }) => [name, exportedNames(document)] as const),
    );
    for (const { coordinate, node, subgraph, external } of lostAnnotations(checked)) {
      // Those have rules of their own, which tell the reason.
      if (external || exported.get(subgraph)?.has(node.name.value) !== true) continue;
      const message = `@${node.name.value} in the subgraph "${subgraph}" is not in the supergraph.`;
      yield { coordinate, message, node, subgraph };
    }
  },
  examples: [
    {
      title: 'Where the directive is not repeatable, composition keeps one application.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective", "@shareable"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String, subject: [String!]) on OBJECT | FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            card: String @personal(category: "identity.name") @shareable
          }`,
        companies: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective", "@shareable"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String, subject: [String!]) on OBJECT | FIELD_DEFINITION
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            card: String @personal(category: "contact.email") @shareable
          }`,
      },
      finds: ['User.card'],
      links: 'bare',
    },
    {
      title: 'Annotations of all subgraphs add up.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            card: String @personal(category: "identity.name") @shareable
          }`,
        companies: `
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            card: String @personal(category: "contact.email") @shareable
          }`,
      },
      finds: [],
    },
  ],
};
