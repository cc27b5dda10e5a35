import { PRIVACY_DIRECTIVES } from '../privacyNames.ts';
import { judgeLinkUrl } from '../spec.ts';
import { allSubgraphLinks } from '../subgraphLinks.ts';
import type { SubgraphSource } from '../subgraphSource.ts';
import type { ReadingRule, Violation } from './rule.ts';

/** A link that is meant to be the privacy spec’s and is not. */
export const privacyLink: ReadingRule = {
  name: 'privacy-link',
  over: 'reading',
  severity: 'error',
  why: 'Another version may mean other things by the same words, and a slip in the url makes the directives somebody else’s, which protect nothing. A gateway that does not know the version refuses the supergraph.',
  mend: 'Link `https://specs.sudare.dev/privacy/v1.0` once, and import `@personal` and `@purpose` only.',
  beforeComposing,
  examples: [
    {
      title: 'A version that does not exist yet.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(url: "https://specs.sudare.dev/privacy/v1.7", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String, subject: [String!]) repeatable on OBJECT | FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
      },
      finds: ['schema'],
      links: 'bare',
    },
    {
      title: 'The version that this release reads.',
      subgraphs: {
        accounts: `
          extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
            @link(url: "https://specs.sudare.dev/privacy/v1.0", import: ["@personal"])
            @composeDirective(name: "@personal")
          directive @personal(category: String, subject: [String!]) repeatable on OBJECT | FIELD_DEFINITION
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
      },
      finds: [],
      links: 'bare',
    },
  ],
};

function* beforeComposing(subgraphs: readonly SubgraphSource[]): Generator<Violation> {
  for (const { name, document } of subgraphs) {
    const coordinate = 'schema';
    const links = allSubgraphLinks(document).map((link) => ({ ...link, verdict: judgeLinkUrl(link.url) }));
    for (const { verdict, node, url, imports } of links) {
      if (verdict.kind === 'wrong') yield { coordinate, message: verdict.message, node, subgraph: name };
      const ours = PRIVACY_DIRECTIVES.filter((directive) => imports.has(`@${directive}`));
      if (verdict.kind !== 'foreign' || ours.length === 0) continue;
      const message = `the subgraph "${name}" imports @${ours.join(' and @')} from "${url}", which is not the privacy spec.`;
      yield { coordinate, message, node, subgraph: name };
    }
    const [, second] = links.filter(({ verdict }) => verdict.kind === 'privacy');
    if (second === undefined) continue;
    const message = `the subgraph "${name}" links the privacy spec twice; keep one link.`;
    yield { coordinate, message, node: second.node, subgraph: name };
  }
}
