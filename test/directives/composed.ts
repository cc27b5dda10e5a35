import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { PRIVACY_LINK_SDL } from '../../directives/spec.ts';

/** What makes a subgraph one of Federation 2. */
export const FEDERATION = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: [
    "@key" "@requires" "@external" "@provides" "@shareable" "@interfaceObject" "@inaccessible"
    "@context" "@fromContext" "@composeDirective" "@override"
  ]
)
`;

/** Subgraph schemas by name, each without its links. */
export type Subgraphs = Readonly<Record<string, string>>;

/**
 * Really composes subgraphs, each of which links Federation and, unless `link` says otherwise, the privacy
 * spec. Throws what composition complains of.
 */
export function composed(subgraphs: Subgraphs, link: string = PRIVACY_LINK_SDL): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://127.0.0.1/${name}`,
      typeDefs: parse(`${FEDERATION}${link}${sdl}`),
    })),
  );
  if (supergraphSdl === undefined) {
    throw new Error(`Does not compose: ${(errors ?? []).map(({ message }) => message).join('\n')}`);
  }
  return supergraphSdl;
}
