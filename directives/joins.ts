import { Kind } from 'graphql';
import type { ConstDirectiveNode, ConstValueNode } from 'graphql';
import { directiveNames } from './links.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** `@join__type`: a subgraph has the type, and perhaps enters it by a key. */
export interface JoinType {
  readonly graph: string;
  /** A field set; `null` where it has no key there. */
  readonly key: string | null;
  readonly resolvable: boolean;
  readonly interfaceObject: boolean;
}

/** `@join__field`: what a subgraph has to do with a field. `graph` is `null` for copies from an interface object. */
export interface JoinField {
  readonly graph: string | null;
  /** As the subgraph writes it; `null`: as the supergraph does. */
  readonly type: string | null;
  readonly external: boolean;
  /** A field set, or `null`. */
  readonly requires: string | null;
  readonly contexts: readonly JoinContext[];
}

/** An argument that is filled by `@fromContext`: the selection is taken from objects that set the context. */
export interface JoinContext {
  readonly context: string;
  readonly selection: string;
}

/** What composition noted on one type or field about its subgraphs (the join and context specs). */
export interface Joins {
  readonly types: readonly JoinType[];
  readonly fields: readonly JoinField[];
  /** Contexts that a type sets. */
  readonly contexts: readonly string[];
}

const JOIN = 'https://specs.apollo.dev/join';
const CONTEXT = 'https://specs.apollo.dev/context';

/** Names of the subgraphs by the enum values that `graph` gives. */
export function graphNames({ links, types }: SupergraphIndex): ReadonlyMap<string, string> {
  const names = directiveNames(links.get(JOIN), 'graph');
  return new Map(
    [...types.values()].flatMap(({ values }) =>
      [...values].flatMap(([value, directives]) =>
        directives
          .filter(({ name }) => names.has(name.value))
          .map((node) => [value, text(node, 'name') ?? value] as const),
      ),
    ),
  );
}

/** Reads the join and context specs' directives among those given. */
export type JoinReader = (directives: readonly ConstDirectiveNode[]) => Joins;

/** Resolves, once for a supergraph, the names under which it links the join and context specs. */
export function createJoinReader({ links }: SupergraphIndex): JoinReader {
  const typeNames = directiveNames(links.get(JOIN), 'type');
  const fieldNames = directiveNames(links.get(JOIN), 'field');
  const contextNames = directiveNames(links.get(CONTEXT), 'context');
  return (directives) => ({
    types: directives
      .filter(({ name }) => typeNames.has(name.value))
      .map((node) => ({
        graph: text(node, 'graph') ?? '',
        key: text(node, 'key'),
        resolvable: flag(node, 'resolvable') ?? true,
        interfaceObject: flag(node, 'isInterfaceObject') ?? false,
      })),
    fields: directives
      .filter(({ name }) => fieldNames.has(name.value))
      .map((node) => ({
        graph: text(node, 'graph'),
        type: text(node, 'type'),
        external: flag(node, 'external') ?? false,
        requires: text(node, 'requires'),
        contexts: contextsOf(node),
      })),
    contexts: directives
      .filter(({ name }) => contextNames.has(name.value))
      .flatMap((node) => text(node, 'name') ?? []),
  });
}

function contextsOf(node: ConstDirectiveNode): readonly JoinContext[] {
  const value = argument(node, 'contextArguments');
  if (value?.kind !== Kind.LIST) return [];
  return value.values.map((element) => {
    const part = (key: string): string => {
      const found =
        element.kind === Kind.OBJECT
          ? element.fields.find(({ name }) => name.value === key)?.value
          : undefined;
      return found?.kind === Kind.STRING ? found.value : '';
    };
    return { context: part('context'), selection: part('selection') };
  });
}

/** A string or an enum value. */
function text(node: ConstDirectiveNode, name: string): string | null {
  const value = argument(node, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null;
}

function flag(node: ConstDirectiveNode, name: string): boolean | null {
  const value = argument(node, name);
  return value?.kind === Kind.BOOLEAN ? value.value : null;
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((candidate) => candidate.name.value === name)?.value;
}
