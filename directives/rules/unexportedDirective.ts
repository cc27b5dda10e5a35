import { definitionsOf } from '../definitions.ts';
import { exportedNames } from '../exportedNames.ts';
import { linkedNames, PRIVACY_DIRECTIVES } from '../privacyNames.ts';
import type { PrivacyDirective } from '../privacyNames.ts';
import { PRIVACY_URL } from '../spec.ts';
import type { SubgraphSource } from '../subgraphSource.ts';
import type { SubgraphRule, Violation } from './rule.ts';

/** A directive that a subgraph applies and does not link or import, or does not export. */
export const unexportedDirective: SubgraphRule = {
  name: 'unexported-directive',
  over: 'subgraphs',
  severity: 'error',
  setting: 'fixed',
  why: 'Composition keeps only the directives that a subgraph links, imports and names in `@composeDirective`. It drops the others without a word, and what they protect is shown to everybody.',
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
      title: 'One of the two is not imported.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String, subject: [String!]) repeatable on OBJECT | FIELD_DEFINITION
          directive @purpose(allow: [String!]) repeatable on FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email") @purpose(allow: ["service.support"])
          }`,
      },
      finds: ['User.email'],
      links: 'bare',
    },
    {
      title: 'A directive of the same name that is another one altogether.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
          directive @personal(shelf: Int) on FIELD_DEFINITION
          type Query { book: Book }
          type Book @key(fields: "id") {
            id: ID!
            notes: String @personal(shelf: 3)
          }`,
      },
      finds: [],
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
  const linked = linkedNames(document, directive);
  const exported = exportedNames(document);
  const applied = [...definitionsOf([subgraph])].flatMap(([coordinate, definitions]) =>
    definitions.flatMap(({ privacy }) =>
      privacy
        .filter((application) => application.directive === directive)
        .map(({ node }) => ({ coordinate, node })),
    ),
  );
  const lost = applied.filter(({ node }) => !linked.has(node.name.value) || !exported.has(node.name.value));
  const [first] = lost;
  if (first === undefined) return;
  const as = `@${first.node.name.value}`;
  const others = lost.length > 1 ? `, here and ${String(lost.length - 1)} more times` : '';
  const { why, mend } = reasonOf(as, { hasLink: linked.size > 0, isLinked: linked.has(as.slice(1)) });
  yield {
    ...first,
    message: `the subgraph "${name}" applies ${as}${others}, and ${why}.`,
    subgraph: name,
    mend,
  };
}

function reasonOf(
  as: string,
  { hasLink, isLinked }: { readonly hasLink: boolean; readonly isLinked: boolean },
): { readonly why: string; readonly mend: string } {
  const exporting = `add \`@composeDirective(name: "${as}")\`, which the link of Apollo Federation imports in turn`;
  if (!hasLink) {
    return {
      why: 'does not link the privacy spec',
      mend: `Add \`@link(url: "${PRIVACY_URL}", import: ["${as}"])\` to the schema, and ${exporting}.`,
    };
  }
  if (isLinked) return { why: 'does not export it', mend: `To the schema, ${exporting}.` };
  return {
    why: 'does not import it from the privacy spec by that name',
    mend: `Have the link of the privacy spec import "${as}", and ${exporting}.`,
  };
}
