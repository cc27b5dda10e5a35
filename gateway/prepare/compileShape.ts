import { collectSubFields } from '@graphql-tools/utils';
import {
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { askingOf } from '../project/asking.ts';
import type { DataShape, FieldShape, SetShape, TypeShape, ValueShape } from '../project/shape.ts';
import { NO_LINK, type Binder, type Binding, type Frame, type Link } from './binding.ts';
import type { CompileGuard } from './compileGuard.ts';
import { DISCOVERY } from './discovery.ts';
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
  /** Told of every field as it is compiled, for explanations. */
  readonly onField?: OnField;
}

/** One field on one concrete type in one place, with the selections of the client's that were merged into it. */
export interface CompiledField {
  readonly nodes: readonly FieldNode[];
  readonly shape: DataShape;
  readonly binding: Binding | null;
}

export type OnField = (compiled: CompiledField) => void;

/** Conditions are settled before; the collector has nothing left to evaluate. */
const NO_VARIABLES = Object.freeze({ coerced: {}, sources: {} });

/** Compiles the answer's shape; concrete types are compiled when `SetShape.of` first meets them. */
export function compileShape(input: ShapeInput): SetShape {
  const { schema, operation, binder, keys } = input;
  const fragments = Object.fromEntries(input.fragments);
  const selected = selectedFields(input);

  function compileSet(nodes: FieldNode[], type: GraphQLCompositeType, link: Link, path: string): SetShape {
    const compiled = new Map<string, TypeShape | null>();
    const possible = new Set(possibleTypes(schema, type).map((each) => each.name));
    return {
      only: isObjectType(type) ? type.name : null,
      possible: [...possible],
      of(typename) {
        const known = compiled.get(typename);
        if (known !== undefined) return known;
        if (!possible.has(typename)) return null;
        const shape = compileType(nodes, typename, link, path);
        compiled.set(typename, shape);
        return shape;
      },
    };
  }

  function compileType(nodes: FieldNode[], typename: string, link: Link, path: string): TypeShape | null {
    const type = schema.getType(typename);
    if (!isObjectType(type)) return null;
    const frame = binder.enter(typename, link);
    const collected = collectSubFields(schema, fragments, NO_VARIABLES, type, nodes).fields;
    const fields = [...collected].flatMap(([responseKey, merged]) => {
      const field = compileField(responseKey, merged, frame, type, path);
      return field === null ? [] : [field];
    });
    return {
      type: typename,
      scopes: scopesOf(frame),
      fields,
      inheritedKeys: fields.some(hasInheritedKey),
      asking: askingOf(fields),
    };
  }

  function compileField(
    responseKey: string,
    nodes: FieldNode[],
    frame: Frame,
    parent: GraphQLCompositeType,
    path: string,
  ): FieldShape | null {
    const [node] = nodes;
    if (node === undefined) return null;
    const name = node.name.value;
    if (name === '__typename') return { kind: 'typename', responseKey };
    if (name.startsWith('__')) return { kind: 'introspection', responseKey, answer: responseKey };
    const field = fieldOf(parent, name);
    // Validated against what clients see, what the planner does not know is the gateway's own.
    if (field === null) {
      const answer = path === '' ? responseKey : null;
      return name === DISCOVERY ? { kind: 'introspection', responseKey, answer } : null;
    }
    const fetchKey =
      parent === schema.getMutationType()
        ? keys.ofMutation(node)
        : keys.of(selected.get(node) ?? field, node);

    const ownPath = `${path === '' ? '' : `${path}.`}${responseKey}`;
    const binding = binder.bind(frame, name);
    const type = compileValue(field.type, nodes, () => binder.link(frame, name), ownPath);
    const shape: DataShape = {
      kind: 'data',
      responseKey,
      fetchKey,
      coordinate: `${parent.name}.${name}`,
      type,
      guard: binding === null ? null : input.compileGuard(binding, type, ownPath),
    };
    input.onField?.({ nodes, shape, binding });
    return shape;
  }

  function compileValue(
    type: GraphQLOutputType,
    nodes: FieldNode[],
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
        item: compileValue(inner.ofType, nodes, link, `${path}[]`),
      };
    }
    const named = getNamedType(inner);
    if (isCompositeType(named)) {
      return { kind: 'object', nonNull, name: named.name, set: compileSet(nodes, named, link(), path) };
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
  // A field that stands for the operation, so that its root selections are merged like those of any field.
  const whole: FieldNode = {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: operation.operation },
    selectionSet: operation.selectionSet,
  };
  return compileSet([whole], root, NO_LINK, '');
}

function hasInheritedKey(field: FieldShape): boolean {
  return (
    field.responseKey in Object.prototype || (field.kind === 'data' && field.fetchKey in Object.prototype)
  );
}

/**
 * Every selection's field as the type says that it stands on. Where that is an interface, its field may be of a
 * wider type and take fewer arguments than the concrete type's, and it is the one that the key was chosen by.
 */
function selectedFields({
  schema,
  operation,
  fragments,
}: ShapeInput): ReadonlyMap<FieldNode, GraphQLField<unknown, unknown>> {
  const found = new Map<FieldNode, GraphQLField<unknown, unknown>>();
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    Field: (node) => {
      const field = types.getFieldDef();
      if (field != null) found.set(node, field);
    },
  });
  for (const definition of [operation, ...fragments.values()]) visit(definition, visitor);
  return found;
}
