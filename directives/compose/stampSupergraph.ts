import { Kind, parse } from 'graphql';
import type { ConstDirectiveNode } from 'graphql';
import { readLinks, schemaDirectives } from '../links.ts';
import { judgeLinkUrl, PRIVACY_URL } from '../spec.ts';

/**
 * Marks a checked supergraph's privacy `@link` as `for: SECURITY`, so that a gateway that does not enforce it
 * refuses to load it. A supergraph without annotations gets the link too: the stamp says that it was checked, and
 * whoever composes with Sudare means to serve with it.
 *
 * @throws NotASupergraphError, DirectiveError as `readLinks` does.
 */
export function stampSupergraph(supergraphSdl: string): string {
  const document = parse(supergraphSdl);
  readLinks(document);
  const directives = schemaDirectives(document);
  const link = directives.find((node) => judgeLinkUrl(stringOf(node, 'url')).kind === 'privacy');
  if (link === undefined) {
    const [first] = directives;
    return insertAt(
      supergraphSdl,
      first?.loc?.end,
      `\n  @${first?.name.value ?? 'link'}(url: "${PRIVACY_URL}", for: SECURITY)`,
    );
  }
  const purpose = link.arguments?.find(({ name }) => name.value === 'for');
  if (purpose === undefined) {
    // The last character is the parenthesis that closes the arguments, of which the url is one.
    return insertAt(supergraphSdl, link.loc === undefined ? undefined : link.loc.end - 1, ', for: SECURITY');
  }
  const { loc } = purpose;
  if (loc === undefined) throw new Error(NO_PLACE);
  return `${supergraphSdl.slice(0, loc.start)}for: SECURITY${supergraphSdl.slice(loc.end)}`;
}

const NO_PLACE = 'The supergraph could not be stamped: its @link has no place.';

function insertAt(text: string, offset: number | undefined, inserted: string): string {
  if (offset === undefined) throw new Error(NO_PLACE);
  return text.slice(0, offset) + inserted + text.slice(offset);
}

function stringOf(node: ConstDirectiveNode, argument: string): string {
  const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : '';
}
