import { directiveDefinitions } from './facts/directiveDefinitions.ts';
import type { SubgraphRule } from './rule.ts';

/** A copy of a directive's definition that is not `repeatable`. */
export const unrepeatableDirective: SubgraphRule = {
  name: 'unrepeatable-directive',
  over: 'subgraphs',
  severity: 'error',
  setting: 'fixed',
  why: 'Where one subgraph defines the directive without `repeatable`, composition keeps one application on each coordinate and drops what the other subgraphs say there, with a mere hint.',
  mend: 'Define it as the spec does, with `repeatable` before `on`.',
  *check(subgraphs) {
    for (const { name, document } of subgraphs) {
      for (const { node } of directiveDefinitions(document)) {
        if (node.repeatable) continue;
        const coordinate = `@${node.name.value}`;
        const message = `the subgraph "${name}" defines ${coordinate} without repeatable.`;
        yield { coordinate, message, node: node.name, subgraph: name };
      }
    }
  },
  examples: [
    {
      title: 'One of the directives is not repeatable.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(
            category: String
            subject: [String!]
            namespace: String
            mask: String
            otherwise: String
            reason: String
          ) on OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
      },
      finds: ['@personal'],
      links: 'bare',
    },
    {
      title: 'Defined as in the spec, several applications add up.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            businessCard: String
              @personal(category: "identity.name")
              @personal(category: "contact.email")
          }`,
      },
      finds: [],
    },
  ],
};
