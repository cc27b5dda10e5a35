import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  visit,
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableNode,
} from 'graphql';
import { refusal } from '../errors.ts';
import { NO_LINK, type Binder, type Frame } from './binding.ts';
import { subjectSelections } from './hiddenSelections.ts';
import { fieldOf, inlineFragment, possibleTypes, TYPENAME } from './selections.ts';
import { USED_FOR } from './usedFor.ts';
import { type ReservedKeys } from './reservedKeys.ts';

/** What rewriting one operation depends on. */
export interface RewriteInput {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly binder: Binder;
  readonly keys: ReservedKeys;
}

/** The operation that is planned: no client keys, nothing that can never be shown, subjects selected. */
export interface Rewritten {
  readonly operation: OperationDefinitionNode;
  /** Client variable name → name in `operation`, so that a hostile name goes nowhere. */
  readonly variables: ReadonlyMap<string, string>;
}

/** A field that only some concrete types may show is asked for type by type, up to this many. */
const MAX_SPLIT = 16;

/** Selections that splitting may add by copying. Copies of copies multiply: beyond it, fetch and discard. */
const MAX_COPIED = 2_000;

/**
 * Rewrites a validated operation for the planner (DESIGN §5.2).
 *
 * @throws a refusal with `OPERATION_NOT_SUPPORTED`.
 */
export function rewriteOperation(input: RewriteInput): Rewritten {
  const { schema, operation, fragments, binder, keys } = input;
  const variables = new Map<string, string>();
  let written = 0;
  let copied = 0;

  const rewriteDirectives = (directives: readonly DirectiveNode[] = []): readonly DirectiveNode[] =>
    directives.map((directive) => visit(directive, { Variable: plannedVariable }));

  const rewriteArguments = (given: readonly ArgumentNode[] = []): readonly ArgumentNode[] =>
    given.map((argument) => visit(argument, { Variable: plannedVariable }));

  function plannedVariable(variable: VariableNode): VariableNode {
    const client = variable.name.value;
    const name = variables.get(client) ?? `v${variables.size}`;
    variables.set(client, name);
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
  }

  /** The selection set of one object position: its own selections, then what its subjects need. */
  function rewriteSet(
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    frames: readonly Frame[],
  ): SelectionNode[] {
    const rewritten = rewriteSelections(selections, parent, frames);
    const hidden = subjectSelections(schema, parent, frames, keys);
    const typename = isAbstractType(parent) || (rewritten.length === 0 && hidden.length === 0);
    return [...(typename ? [TYPENAME] : []), ...rewritten, ...hidden];
  }

  function rewriteSelections(
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    frames: readonly Frame[],
  ): SelectionNode[] {
    const spread = new Set<string>();
    return selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return rewriteField(selection, parent, frames);
      if (selection.kind === Kind.INLINE_FRAGMENT) return rewriteFragment(selection, parent, frames);
      const definition = fragments.get(selection.name.value);
      if (definition === undefined) return [];
      // The same spread twice says nothing new; expanding it again is how small documents become huge ones.
      if ((selection.directives ?? []).length === 0) {
        if (spread.has(definition.name.value)) return [];
        spread.add(definition.name.value);
      }
      return rewriteFragment(
        {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: definition.typeCondition,
          selectionSet: definition.selectionSet,
          ...(selection.directives === undefined ? {} : { directives: selection.directives }),
        },
        parent,
        frames,
      );
    });
  }

  function rewriteFragment(
    fragment: InlineFragmentNode,
    parent: GraphQLCompositeType,
    frames: readonly Frame[],
  ): readonly SelectionNode[] {
    const condition = fragment.typeCondition;
    const type = condition === undefined ? parent : schema.getType(condition.name.value);
    if (!isCompositeType(type)) return [];
    const possible = new Set(possibleTypes(schema, type).map((each) => each.name));
    const narrowed = frames.filter((frame) => possible.has(frame.type));
    if (narrowed.length === 0) return [];
    const selections = rewriteSelections(fragment.selectionSet.selections, type, narrowed);
    if (selections.length === 0) return [];
    return [
      inlineFragment(type === parent ? null : type.name, selections, rewriteDirectives(fragment.directives)),
    ];
  }

  function rewriteField(
    node: FieldNode,
    parent: GraphQLCompositeType,
    frames: readonly Frame[],
  ): readonly SelectionNode[] {
    const name = node.name.value;
    // `__typename` is asked for plainly where it decides anything; introspection is answered by the gateway.
    if (name.startsWith('__')) return [];
    const field = fieldOf(parent, name);
    if (field === null) return [];

    const isRootOfMutation = parent === schema.getMutationType();
    const shown = isRootOfMutation ? frames : frames.filter((frame) => !isDenied(frame, name));
    if (shown.length === 0) return [];
    const type = getNamedType(field.type);
    const below = isCompositeType(type) ? enterAll(type, shown, name) : [];
    for (const frame of shown) markUsed(frame, name);
    const before = written;
    written += 1;

    // A mutation whose answer may not be shown still runs; nothing of its answer is asked for.
    const isUnseen = frames.every((frame) => isDenied(frame, name));
    const selections = isUnseen ? [] : (node.selectionSet?.selections ?? []);
    const key = isRootOfMutation ? keys.ofMutation(node) : keys.of(field, node);
    const rewritten: FieldNode = {
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: name },
      ...(key === name ? {} : { alias: { kind: Kind.NAME, value: key } }),
      arguments: rewriteArguments(node.arguments),
      directives: rewriteDirectives(node.directives),
      ...(isCompositeType(type)
        ? { selectionSet: { kind: Kind.SELECTION_SET, selections: rewriteSet(selections, type, below) } }
        : {}),
    };

    const shownOn = new Set(shown.map((frame) => frame.type));
    const everywhere = frames.every((frame) => shownOn.has(frame.type));
    if (everywhere || !isAbstractType(parent) || shownOn.size > MAX_SPLIT) return [rewritten];
    const copies = (written - before) * (shownOn.size - 1);
    if (copied + copies > MAX_COPIED) return [rewritten];
    copied += copies;
    written += copies;
    return [...shownOn].map((each) => inlineFragment(each, [rewritten], []));
  }

  const isDenied = (frame: Frame, field: string): boolean =>
    binder.bind(frame, field)?.verdict.effect === 'deny';

  const markUsed = (frame: Frame, field: string): void => {
    const binding = binder.bind(frame, field);
    if (binding === null || binding.verdict.effect === 'deny') return;
    for (const scope of binding.scopes) if (scope !== null) scope.used = true;
  };

  /** Frames of every type that may stand below a field; those that inherit the same are entered once. */
  function enterAll(type: GraphQLCompositeType, frames: readonly Frame[], field: string): Frame[] {
    const entered = new Map<string, Frame>();
    for (const frame of frames) {
      const link = binder.link(frame, field);
      for (const possible of possibleTypes(schema, type)) {
        const next = binder.enter(possible.name, link);
        const inherited = next.opened.length > 0 ? '' : (next.scope?.slot ?? '-');
        const carried = next.carried.flatMap((each) => each.scopes.map((scope) => scope?.slot ?? '-'));
        const key = JSON.stringify([
          possible.name,
          inherited,
          next.carried.length,
          carried,
          next.carried.map((each) => each.rule.coordinate),
        ]);
        if (!entered.has(key)) entered.set(key, next);
      }
    }
    return [...entered.values()];
  }

  const root = schema.getRootType(operation.operation);
  if (!isObjectType(root)) {
    throw refusal('OPERATION_NOT_SUPPORTED', `The schema has no ${operation.operation} type.`);
  }
  const selections = rewriteSet(operation.selectionSet.selections, root, [binder.enter(root.name, NO_LINK)]);
  const directives = rewriteDirectives(operation.directives?.filter((each) => each.name.value !== USED_FOR));
  const definitions = (operation.variableDefinitions ?? []).flatMap((definition) => {
    const name = variables.get(definition.variable.name.value);
    if (name === undefined) return [];
    return [
      {
        ...definition,
        variable: { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: name } },
      },
    ];
  });
  return {
    operation: {
      kind: Kind.OPERATION_DEFINITION,
      operation: operation.operation,
      ...(operation.name === undefined ? {} : { name: operation.name }),
      directives,
      variableDefinitions: definitions,
      selectionSet: { kind: Kind.SELECTION_SET, selections },
    },
    variables,
  };
}
