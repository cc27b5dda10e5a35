import { Kind, parse, print } from 'graphql';
import type { DirectiveDefinitionNode } from 'graphql';
import type { PrivacyDirective } from '../privacyNames.ts';
import { PERSONAL_DEFINITION, PURPOSE_DEFINITION } from '../spec.ts';
import { directiveDefinitions } from './facts/directiveDefinitions.ts';
import type { SubgraphRule } from './rule.ts';

/** A copy of a directive's definition that has arguments or locations which the spec has not. */
export const differingDefinition: SubgraphRule = {
  name: 'differing-definition',
  over: 'subgraphs',
  severity: 'error',
  setting: 'fixed',
  why: 'An argument or a location that the spec does not have is one that nobody enforces: the gateway refuses a supergraph where it is used. A copy that has less than the spec does no harm, since composition unites the copies.',
  mend: 'Copy the definition from the documentation as it stands (docs/annotating.md).',
  *check(subgraphs) {
    for (const { name, document } of subgraphs) {
      for (const { directive, node } of directiveDefinitions(document)) {
        const differences = compare(node, definitionOf(directive));
        if (differences.length === 0) continue;
        const coordinate = `@${node.name.value}`;
        const message = `the subgraph "${name}" defines ${coordinate} otherwise than the spec: ${differences.join('; ')}.`;
        yield { coordinate, message, node: node.name, subgraph: name };
      }
    }
  },
  examples: [
    {
      title: 'An argument of another type, an argument and a location too many.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String, subject: String, level: Int) repeatable on OBJECT | UNION | FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: "id") {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
      },
      finds: ['@personal'],
      links: 'bare',
    },
    {
      title: 'Another name and fewer arguments do no harm.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(
              url: "https://specs.sudare.dev/privacy/v1.0"
              import: [{ name: "@personal", as: "@pii" }]
            )
            @composeDirective(name: "@pii")
          directive @pii(
            category: String
            subject: [String!]
          ) repeatable on OBJECT | FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @pii(subject: ["id"]) {
            id: ID!
            email: String @pii(category: "contact.email")
          }`,
      },
      finds: [],
      links: 'bare',
    },
  ],
};

/** What the copy has besides, and which arguments have another type or a default. */
function compare(copy: DirectiveDefinitionNode, original: DirectiveDefinitionNode): readonly string[] {
  const has = argumentTypes(copy);
  const should = argumentTypes(original);
  const places = new Set(copy.locations.map(({ value }) => value));
  const right = new Set(original.locations.map(({ value }) => value));
  return [
    listed(
      'it has the arguments',
      [...has.keys()].filter((name) => !should.has(name)),
    ),
    ...[...has].flatMap(([name, type]) => {
      const expected = should.get(name);
      return expected === undefined || expected === type ? [] : [`${name} is ${type}, not ${expected}`];
    }),
    listed(
      'it has the locations',
      [...places].filter((place) => !right.has(place)),
    ),
  ].filter((difference) => difference !== '');
}

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${what} ${names.join(', ')}`;
}

function argumentTypes(node: DirectiveDefinitionNode): ReadonlyMap<string, string> {
  return new Map(
    (node.arguments ?? []).map(({ name, type, defaultValue }) => [
      name.value,
      defaultValue === undefined ? print(type) : `${print(type)} = ${print(defaultValue)}`,
    ]),
  );
}

function definitionOf(directive: PrivacyDirective): DirectiveDefinitionNode {
  const [node] = parse(directive === 'personal' ? PERSONAL_DEFINITION : PURPOSE_DEFINITION).definitions;
  if (node?.kind !== Kind.DIRECTIVE_DEFINITION) throw new Error(`The definition of @${directive} is none.`);
  return node;
}
