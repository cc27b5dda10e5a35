import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { refusal } from '../errors.ts';
import { isUnresolvable, NO_LINK, type Binder, type Frame } from './binding.ts';
import { subjectSelections } from './hiddenSelections.ts';
import { mergedLinks, use } from './mergeLinks.ts';
import { plannedVariables } from './plannedVariables.ts';
import { fieldOf, inlineFragment, mergeSelections, possibleTypes, PRESENCE, TYPENAME } from './selections.ts';
import { USED_FOR } from './usedFor.ts';
import type { ReservedKeys } from './reservedKeys.ts';

/** What rewriting one operation depends on. */
export interface RewriteInput {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly binder: Binder;
  readonly keys: ReservedKeys;
  /**
   * Interfaces that some subgraph knows as one object. Asking them for a field type by type makes the planner
   * enter that subgraph for those types alone, for all of its fields.
   */
  readonly interfaceObjects: ReadonlySet<string>;
  /** Fields that are not fetched though they may be shown, `Type.field`; their subjects are. */
  readonly withheld: ReadonlySet<string>;
}

/** The operation that is planned: no client keys, nothing that can never be shown, subjects selected. */
export interface Rewritten {
  readonly operation: OperationDefinitionNode;
  /** Client variable name → name in `operation`, so that a hostile name goes nowhere. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Where a selection stands. */
interface Place {
  /** The type that the client selected on, by which its field and key are found. */
  readonly selectedOn: GraphQLCompositeType;
  /** The type that it is planned on, narrower where a fragment was on what a concrete type implements. */
  readonly planned: GraphQLCompositeType;
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
  const variables = plannedVariables(operation);
  let written = 0;
  let copied = 0;

  /** The selection set of one object position: its own selections, then what its subjects need. */
  function rewriteSet(
    selections: readonly SelectionNode[],
    type: GraphQLCompositeType,
    frames: readonly Frame[],
  ): SelectionNode[] {
    const rewritten = rewriteSelections(selections, { selectedOn: type, planned: type }, frames);
    const hidden = subjectSelections(schema, type, frames, keys);
    const first = isAbstractType(type) ? TYPENAME : PRESENCE;
    return mergeSelections([first, ...rewritten, ...hidden]);
  }

  function rewriteSelections(
    selections: readonly SelectionNode[],
    place: Place,
    frames: readonly Frame[],
  ): SelectionNode[] {
    const spread = new Set<string>();
    return selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return rewriteField(selection, place, frames);
      if (selection.kind === Kind.INLINE_FRAGMENT) return rewriteFragment(selection, place, frames);
      const definition = fragments.get(selection.name.value);
      if (definition === undefined) return [];
      // The same spread twice says nothing new; expanding it again is how small documents become huge ones.
      if (spread.has(definition.name.value)) return [];
      spread.add(definition.name.value);
      const { typeCondition, selectionSet } = definition;
      const { directives = [] } = selection;
      return rewriteFragment({ typeCondition, selectionSet, directives }, place, frames);
    });
  }

  function rewriteFragment(
    { typeCondition, selectionSet, directives = [] }: Omit<InlineFragmentNode, 'kind'>,
    { selectedOn, planned }: Place,
    frames: readonly Frame[],
  ): readonly SelectionNode[] {
    const type = typeCondition === undefined ? selectedOn : schema.getType(typeCondition.name.value);
    if (!isCompositeType(type)) return [];
    const possible = new Set(possibleTypes(schema, type).map((each) => each.name));
    const narrowed = frames.filter((frame) => possible.has(frame.type));
    if (narrowed.length === 0) return [];
    // On a concrete type the condition is known to hold. Left in, the executor would want a `__typename` to tell.
    const place = { selectedOn: type, planned: isObjectType(planned) ? planned : type };
    if (isUnplannable(planned, type)) {
      const types = narrowed.map((frame) => schema.getType(frame.type)).filter(isObjectType);
      return [...new Set(types)].flatMap((each) => {
        const frame = narrowed.filter((one) => one.type === each.name);
        const below = { selectedOn: type, planned: each };
        const selections = rewriteSelections(selectionSet.selections, below, frame);
        return selections.length === 0
          ? []
          : [inlineFragment(each.name, selections, variables.inDirectives(directives))];
      });
    }
    const selections = rewriteSelections(selectionSet.selections, place, narrowed);
    if (selections.length === 0) return [];
    const condition = place.planned === planned ? null : type.name;
    if (condition === null && directives.length === 0) return selections;
    return [inlineFragment(condition, selections, variables.inDirectives(directives))];
  }

  /**
   * Where a subgraph may know an interface as one object, the planner fails at what stands on another interface
   * (tried on 2.14.4: "We should have an edge"). It is asked for type by type.
   */
  function isUnplannable(planned: GraphQLCompositeType, type: GraphQLCompositeType): boolean {
    return input.interfaceObjects.has(planned.name) && planned !== type && isAbstractType(type);
  }

  function rewriteField(
    node: FieldNode,
    { selectedOn, planned }: Place,
    frames: readonly Frame[],
  ): readonly SelectionNode[] {
    const name = node.name.value;
    // `__typename` is asked for plainly where it decides anything; introspection is answered by the gateway.
    if (name.startsWith('__')) return [];
    const field = fieldOf(selectedOn, name);
    if (field === null) return [];

    const isRootOfMutation = planned === schema.getMutationType();
    const allowed = isRootOfMutation ? frames : frames.filter((frame) => !isDenied(frame, name));
    for (const frame of allowed) markUsed(frame, name);
    const shown = allowed.filter((frame) => !isWithheld(frame, name));
    if (shown.length === 0) return [];
    const type = getNamedType(field.type);
    const below = isCompositeType(type) ? enterAll(type, shown, name) : [];
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
      arguments: variables.inArguments(node.arguments),
      directives: variables.inDirectives(node.directives),
      ...(isCompositeType(type)
        ? { selectionSet: { kind: Kind.SELECTION_SET, selections: rewriteSet(selections, type, below) } }
        : {}),
    };

    const shownOn = new Set(shown.map((frame) => frame.type));
    const everywhere = frames.every((frame) => shownOn.has(frame.type));
    const splits = isAbstractType(planned) && !input.interfaceObjects.has(planned.name);
    if (everywhere || !splits || shownOn.size > MAX_SPLIT) return [rewritten];
    const copies = (written - before) * (shownOn.size - 1);
    if (copied + copies > MAX_COPIED) return [rewritten];
    copied += copies;
    written += copies;
    return [...shownOn].map((each) => inlineFragment(each, [rewritten], []));
  }

  /** What is personal below some objects only is withheld there alone. */
  const isWithheld = (frame: Frame, field: string): boolean =>
    input.withheld.has(`${frame.type}.${field}`) && binder.bind(frame, field) !== null;

  const isDenied = (frame: Frame, field: string): boolean => {
    const binding = binder.bind(frame, field);
    return binding !== null && (binding.verdict.effect === 'deny' || isUnresolvable(binding));
  };

  const markUsed = (frame: Frame, field: string): void => {
    const binding = binder.bind(frame, field);
    if (binding === null || isDenied(frame, field)) return;
    for (const scope of binding.scopes) use(scope);
  };

  /** Frames of every type that may stand below a field; those that inherit nothing are entered once. */
  function enterAll(type: GraphQLCompositeType, frames: readonly Frame[], field: string): Frame[] {
    const entered = new Map<string, Frame>();
    for (const [index, link] of mergedLinks(binder, frames, field).entries()) {
      for (const { name } of possibleTypes(schema, type)) {
        const frame = binder.enter(name, link);
        const inherits = frame.carried.length > 0 || (frame.scope !== null && frame.opened.length === 0);
        const key = `${name} ${inherits ? index : ''}`;
        if (!entered.has(key)) entered.set(key, frame);
      }
    }
    return [...entered.values()];
  }

  const root = schema.getRootType(operation.operation);
  if (!isObjectType(root)) {
    throw refusal('OPERATION_NOT_SUPPORTED', `The schema has no ${operation.operation} type.`);
  }
  const selections = rewriteSet(operation.selectionSet.selections, root, [binder.enter(root.name, NO_LINK)]);
  const directives = variables.inDirectives(
    operation.directives?.filter((each) => each.name.value !== USED_FOR),
  );
  return {
    operation: {
      kind: Kind.OPERATION_DEFINITION,
      operation: operation.operation,
      ...(operation.name === undefined ? {} : { name: operation.name }),
      directives,
      variableDefinitions: variables.definitions(),
      selectionSet: { kind: Kind.SELECTION_SET, selections },
    },
    variables: variables.names,
  };
}
