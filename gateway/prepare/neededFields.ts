import {
  baseType,
  isInterfaceType,
  isObjectType,
  type InterfaceType,
  type ObjectType,
  type Subgraph,
  type Supergraph,
} from '@apollo/federation-internals';
import { Kind, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from '../../directives/fieldSet.ts';

/** Every field that is part of a key in some subgraph, `Type.field`: what the planner may fetch for itself. */
export function keyFields(supergraph: Supergraph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const subgraph of supergraph.subgraphs().values()) {
    for (const type of typesOf(subgraph)) {
      for (const applied of type.appliedDirectivesOf(subgraph.metadata().keyDirective()))
        addFieldSet(subgraph, type.name, applied.arguments().fields, found);
    }
  }
  return found;
}

/** Every field that another one is made of by `@requires` or `@fromContext`, `Type.field`. */
export function inputFields(supergraph: Supergraph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const subgraph of supergraph.subgraphs().values()) {
    const metadata = subgraph.metadata();
    const named = new Set<string>();
    for (const type of typesOf(subgraph)) {
      for (const field of type.fields()) {
        for (const applied of field.appliedDirectivesOf(metadata.requiresDirective()))
          addFieldSet(subgraph, type.name, applied.arguments().fields, found);
        for (const argument of field.arguments()) {
          for (const applied of argument.appliedDirectivesOf(metadata.fromContextDirective().name)) {
            const { field: selection }: Readonly<Record<string, unknown>> = applied.arguments();
            for (const name of String(selection).match(/[_A-Za-z]\w*/g) ?? []) named.add(name);
          }
        }
      }
    }
    // A context may be set by several types, so those that it selects are told by name: one too many costs a call.
    for (const type of typesOf(subgraph)) {
      for (const { name } of type.fields()) if (named.has(name)) found.add(`${type.name}.${name}`);
    }
  }
  return found;
}

function typesOf(subgraph: Subgraph): readonly (ObjectType | InterfaceType)[] {
  return [...subgraph.schema.objectTypes(), ...subgraph.schema.interfaceTypes()];
}

function addFieldSet(subgraph: Subgraph, typeName: string, text: unknown, found: Set<string>): void {
  const set = typeof text === 'string' ? parseFieldSet(text) : null;
  if (set !== null) addFields(subgraph, typeName, set, found);
}

function addFields(subgraph: Subgraph, typeName: string, set: SelectionSetNode, found: Set<string>): void {
  const type = subgraph.schema.type(typeName);
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      addFields(subgraph, selection.typeCondition?.name.value ?? typeName, selection.selectionSet, found);
      continue;
    }
    if (selection.kind !== Kind.FIELD || type === undefined || !('field' in type)) continue;
    const target = type.field(selection.name.value)?.type;
    const objects = isObjectType(type) ? [type] : isInterfaceType(type) ? type.possibleRuntimeTypes() : [];
    for (const { name } of objects) found.add(`${name}.${selection.name.value}`);
    if (target !== undefined && selection.selectionSet !== undefined)
      addFields(subgraph, baseType(target).name, selection.selectionSet, found);
  }
}
