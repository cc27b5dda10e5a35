import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import type { FieldShape, SetShape, TypeShape, ValueShape } from '../project/shape.ts';
import { NO_LINK, type Binder, type Frame, type Link } from './binding.ts';
import type { CompileGuard } from './compileGuard.ts';
import { isIncluded } from './conditions.ts';
import { subjectKeys } from './hiddenSelections.ts';
import { leafType } from './leafType.ts';
import type { ReservedKeys } from './reservedKeys.ts';
import { fieldOf, possibleTypes } from './selections.ts';

/** What compiling one operation's shape depends on. */
export interface ShapeInput {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly binder: Binder;
  readonly keys: ReservedKeys;
  readonly compileGuard: CompileGuard;
  /** Namespace of subject ids whose annotation names none. */
  readonly namespace: string;
  /** Values of the variables that `@skip` and `@include` use. */
  readonly conditions: ReadonlyMap<string, boolean>;
}

/** One response key of one concrete type: every selection of the client's that goes into it. */
interface Collected {
  readonly responseKey: string;
  readonly nodes: FieldNode[];
}

/** Compiles the answer's shape; concrete types are compiled when `SetShape.of` first meets them. */
export function compileShape(input: ShapeInput): SetShape {
  const { schema, operation, binder, keys } = input;

  function compileSet(
    sets: readonly (readonly SelectionNode[])[],
    type: GraphQLCompositeType,
    link: Link,
    path: string,
  ): SetShape {
    const compiled = new Map<string, TypeShape | null>();
    const possible = new Set(possibleTypes(schema, type).map((each) => each.name));
    return {
      only: isObjectType(type) ? type.name : null,
      of(typename) {
        if (!possible.has(typename)) return null;
        const known = compiled.get(typename);
        if (known !== undefined) return known;
        const shape = compileType(sets, typename, link, path);
        compiled.set(typename, shape);
        return shape;
      },
    };
  }

  function compileType(
    sets: readonly (readonly SelectionNode[])[],
    typename: string,
    link: Link,
    path: string,
  ): TypeShape | null {
    const type = schema.getType(typename);
    if (!isObjectType(type)) return null;
    const frame = binder.enter(typename, link);
    const collected = new Map<string, Collected>();
    for (const selections of sets) collect(selections, typename, collected);
    const fields = [...collected.values()].flatMap((each) => {
      const field = compileField(each, frame, type, path);
      return field === null ? [] : [field];
    });
    return { type: typename, scopes: scopesOf(frame), fields };
  }

  /** CollectFields of the specification, for a type and conditions that are known. */
  function collect(
    selections: readonly SelectionNode[],
    typename: string,
    into: Map<string, Collected>,
    visited: Set<string> = new Set(),
  ): void {
    for (const selection of selections) {
      if (!isIncluded(selection, input.conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const responseKey = (selection.alias ?? selection.name).value;
        const entry = into.get(responseKey);
        if (entry === undefined) into.set(responseKey, { responseKey, nodes: [selection] });
        else entry.nodes.push(selection);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typename;
        if (applies(condition, typename)) collect(selection.selectionSet.selections, typename, into, visited);
        continue;
      }
      const name = selection.name.value;
      const fragment = input.fragments.get(name);
      if (fragment === undefined || visited.has(name)) continue;
      visited.add(name);
      if (applies(fragment.typeCondition.name.value, typename)) {
        collect(fragment.selectionSet.selections, typename, into, visited);
      }
    }
  }

  function applies(condition: string, typename: string): boolean {
    if (condition === typename) return true;
    const abstract = schema.getType(condition);
    const concrete = schema.getType(typename);
    return isAbstractType(abstract) && isObjectType(concrete) && schema.isSubType(abstract, concrete);
  }

  function compileField(
    { responseKey, nodes }: Collected,
    frame: Frame,
    parent: GraphQLCompositeType,
    path: string,
  ): FieldShape | null {
    const [node] = nodes;
    if (node === undefined) return null;
    const name = node.name.value;
    if (name === '__typename') return { kind: 'typename', responseKey };
    if (name.startsWith('__')) return { kind: 'introspection', responseKey };
    const field = fieldOf(parent, name);
    if (field === null) return null;

    const isRootOfMutation = parent === schema.getMutationType();
    const ownPath = `${path === '' ? '' : `${path}.`}${responseKey}`;
    const sets = nodes.flatMap((each) =>
      each.selectionSet === undefined ? [] : [each.selectionSet.selections],
    );
    const binding = binder.bind(frame, name);
    const type = compileValue(field.type, sets, () => binder.link(frame, name), ownPath);
    return {
      kind: 'data',
      responseKey,
      fetchKey: isRootOfMutation ? keys.ofMutation(node) : keys.of(field, node),
      coordinate: `${parent.name}.${name}`,
      type,
      guard: binding === null ? null : input.compileGuard(binding, type, ownPath),
    };
  }

  function compileValue(
    type: GraphQLOutputType,
    sets: readonly (readonly SelectionNode[])[],
    link: () => Link,
    path: string,
  ): ValueShape {
    const nonNull = isNonNullType(type);
    const inner = isNonNullType(type) ? type.ofType : type;
    if (isListType(inner)) {
      return {
        kind: 'list',
        nonNull,
        name: String(inner),
        item: compileValue(inner.ofType, sets, link, `${path}[]`),
      };
    }
    const named = getNamedType(inner);
    if (isCompositeType(named)) {
      return { kind: 'object', nonNull, name: named.name, set: compileSet(sets, named, link(), path) };
    }
    return { kind: 'leaf', nonNull, name: named.name, leaf: leafType(named) };
  }

  /** Called after the fields, since binding them is what opens scopes. */
  function scopesOf(frame: Frame): TypeShape['scopes'] {
    return frame.opened.map(({ slot, paths }) => ({
      slot,
      paths: paths.map(({ path, namespace, unresolved }) => ({
        keys: unresolved ? null : subjectKeys(schema, frame.type, path, keys),
        namespace: namespace ?? input.namespace,
      })),
    }));
  }

  const root = schema.getRootType(operation.operation);
  if (!isObjectType(root)) throw new Error(`The schema has no ${operation.operation} type.`);
  return compileSet([operation.selectionSet.selections], root, NO_LINK, '');
}
