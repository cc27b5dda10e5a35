import { Kind, visit, type DocumentNode } from 'graphql';
import { githubDocument } from '../../test/github/githubSchema.ts';

const PREFIX = 'Github';
const BUILT_IN: ReadonlySet<string> = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);
const DEFINITIONS: ReadonlySet<string> = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
]);

/**
 * GitHub's schema as a subgraph that can stand beside others: all types carry a prefix, and its roots are ordinary
 * types, reached by the field `github`. Directives, and their definitions, are left out.
 */
export function githubTypes(): DocumentNode {
  const renamed = visit(githubDocument(), {
    [Kind.DIRECTIVE]: () => null,
    [Kind.DIRECTIVE_DEFINITION]: () => null,
    [Kind.SCHEMA_DEFINITION]: () => null,
    [Kind.NAME](node, _key, parent) {
      if (parent === undefined || !('kind' in parent)) return undefined;
      const isType = parent.kind === Kind.NAMED_TYPE || DEFINITIONS.has(parent.kind);
      return isType && !BUILT_IN.has(node.value) ? { ...node, value: PREFIX + node.value } : undefined;
    },
  });
  const root = {
    kind: Kind.OBJECT_TYPE_DEFINITION,
    name: { kind: Kind.NAME, value: 'Query' },
    fields: [
      {
        kind: Kind.FIELD_DEFINITION,
        name: { kind: Kind.NAME, value: 'github' },
        type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: `${PREFIX}Query` } },
      },
    ],
  } as const;
  return { ...renamed, definitions: [...renamed.definitions, root] };
}
