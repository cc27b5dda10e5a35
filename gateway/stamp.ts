import { Kind, parse, type DirectiveNode } from 'graphql';
import { notRepeatable } from '../directives/notRepeatable.ts';
import { PRIVACY_IDENTITY } from '../directives/spec.ts';

/**
 * Refuses a supergraph that nobody checked: one without the stamp, and one whose composition dropped what some
 * subgraphs say, stamped or not.
 *
 * @throws Error that says what to do; NotASupergraphError and DirectiveError as `fieldRules` does.
 */
export function requireVerified(supergraphSdl: string): void {
  // INVARIANT: annotations that composition dropped are not taken for none. test/gateway/stamp.test.ts
  const dropping = notRepeatable(supergraphSdl);
  if (dropping.length > 0) {
    throw new Error(
      `The supergraph defines ${dropping.join(' and ')} without \`repeatable\`, so what several subgraphs say of ` +
        `one field was not all kept. Correct the subgraphs' definitions and compose anew: ${HOW_TO}`,
    );
  }
  if (!isStamped(supergraphSdl)) {
    throw new Error(
      'The supergraph is not stamped: nobody checked its annotations, and a gateway that does not enforce them ' +
        `would serve it. Expected a privacy @link marked \`for: SECURITY\`, as composing gives it: ${HOW_TO}`,
    );
  }
}

const HOW_TO =
  '`sudare compose --config supergraph.yaml --policy policy.yaml --output supergraph.graphql`. ' +
  'Start with --unverified to serve it all the same.';

/**
 * Whether a supergraph's privacy `@link` is marked `for: SECURITY`, as `sudare compose` does after its checks:
 * a plain gateway then refuses it, and ours knows that it was checked.
 */
export function isStamped(supergraphSdl: string): boolean {
  return parse(supergraphSdl, { noLocation: true }).definitions.some(
    (definition) =>
      (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) &&
      (definition.directives ?? []).some(isStamp),
  );
}

function isStamp(directive: DirectiveNode): boolean {
  const url = argument(directive, 'url');
  const purpose = argument(directive, 'for');
  return (
    url?.kind === Kind.STRING &&
    url.value.startsWith(`${PRIVACY_IDENTITY}/`) &&
    purpose?.kind === Kind.ENUM &&
    purpose.value === 'SECURITY'
  );
}

function argument(
  directive: DirectiveNode,
  name: string,
): NonNullable<DirectiveNode['arguments']>[number]['value'] | undefined {
  return directive.arguments?.find((each) => each.name.value === name)?.value;
}
