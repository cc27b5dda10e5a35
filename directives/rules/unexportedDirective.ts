import type { DocumentNode } from 'graphql';
import { definitionsOf } from '../definitions.ts';
import { exportedNames } from '../exportedNames.ts';
import { PRIVACY_DIRECTIVES, privacyLinks } from '../privacyNames.ts';
import type { PrivacyDirective } from '../privacyNames.ts';
import { PRIVACY_URL } from '../spec.ts';
import { allSubgraphLinks } from '../subgraphLinks.ts';
import type { SubgraphSource } from '../subgraphSource.ts';
import type { SubgraphRule, Violation } from './rule.ts';

/** A directive that a subgraph applies and does not link, or links and does not export. */
export const unexportedDirective: SubgraphRule = {
  name: 'unexported-directive',
  over: 'subgraphs',
  severity: 'error',
  setting: 'fixed',
  why: 'Composition keeps only the directives that a subgraph links and names in `@composeDirective`. It drops the others without a word, and what they protect is shown to everybody.',
  mend: `Link "${PRIVACY_URL}" and add \`@composeDirective(name: "@personal")\` and \`@composeDirective(name: "@purpose")\` to the schema.`,
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const directive of PRIVACY_DIRECTIVES) yield* checkOne(subgraph, directive);
    }
  },
  examples: [
    {
      title: 'Linked, applied and not exported.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
          directive @personal(category: String) repeatable on FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") {
            id: ID!
            email: String @personal(category: "contact.email")
            phone: String @personal(category: "contact.telephone")
          }`,
      },
      finds: ['User.email'],
      links: 'bare',
    },
    {
      title: 'Defined and applied, but the spec is not linked.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
          directive @personal(category: String) repeatable on FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
      },
      finds: ['User.email'],
      links: 'bare',
    },
    {
      title: 'Linked and exported; a subgraph without annotations needs neither.',
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

function* checkOne(subgraph: SubgraphSource, directive: PrivacyDirective): Generator<Violation> {
  const { name, document } = subgraph;
  const links = privacyLinks(document);
  if (links.length === 0 && isImported(document, directive)) return;
  const exported = exportedNames(document);
  const applied = [...definitionsOf([subgraph])].flatMap(([coordinate, definitions]) =>
    definitions.flatMap(({ privacy }) =>
      privacy
        .filter((application) => application.directive === directive)
        .map(({ node }) => ({ coordinate, node })),
    ),
  );
  const lost = applied.filter(({ node }) => links.length === 0 || !exported.has(node.name.value));
  const [first] = lost;
  if (first === undefined) return;
  const as = `@${first.node.name.value}`;
  const others = lost.length > 1 ? `, here and ${String(lost.length - 1)} more times` : '';
  const what =
    links.length === 0
      ? `the subgraph "${name}" applies ${as}${others}, and does not link the privacy spec.`
      : `the subgraph "${name}" applies ${as}${others}, and does not export it.`;
  const mend = links.length === 0 ? {} : { mend: `Add \`@composeDirective(name: "${as}")\` to its schema.` };
  yield { ...first, message: what, subgraph: name, ...mend };
}

/** Whether a subgraph has a directive of this name from a spec that is not ours. */
function isImported(document: DocumentNode, directive: PrivacyDirective): boolean {
  return allSubgraphLinks(document).some(
    (link) => link.imports.size > 0 && [...link.imports.values()].includes(`@${directive}`),
  );
}
