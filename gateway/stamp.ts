import { Kind, parse, type DirectiveNode } from 'graphql';
import { PRIVACY_IDENTITY } from '../directives/spec.ts';

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
