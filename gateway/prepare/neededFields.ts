import {
  baseType,
  isInterfaceType,
  type InterfaceType,
  type ObjectType,
  type Subgraph,
  type Supergraph,
} from '@apollo/federation-internals';
import { Kind, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from '../../directives/fieldSet.ts';

/** Every field that is part of a key in some subgraph, `Type.field`: what the planner may fetch for itself. */
export function keyFields(supergraph: Supergraph): ReadonlySet<string> {
  const concrete = concreteIn(supergraph);
  const found = new Set<string>();
  for (const subgraph of supergraph.subgraphs().values()) {
    for (const type of typesOf(subgraph)) {
      for (const applied of type.appliedDirectivesOf(subgraph.metadata().keyDirective()))
        addFieldSet(subgraph, type.name, applied.arguments().fields, concrete, found);
    }
  }
  return found;
}

/** Every field that another one is made of by `@requires` or `@fromContext`, `Type.field`. */
export function inputFields(supergraph: Supergraph): ReadonlySet<string> {
  const concrete = concreteIn(supergraph);
  const found = new Set<string>();
  for (const subgraph of supergraph.subgraphs().values()) {
    const metadata = subgraph.metadata();
    const named = new Set<string>();
    for (const type of typesOf(subgraph)) {
      for (const field of type.fields()) {
        for (const applied of field.appliedDirectivesOf(metadata.requiresDirective()))
          addFieldSet(subgraph, type.name, applied.arguments().fields, concrete, found);
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
      for (const { name } of type.fields())
        if (named.has(name)) for (const each of concrete(type.name)) found.add(`${each}.${name}`);
    }
  }
  return found;
}

function typesOf(subgraph: Subgraph): readonly (ObjectType | InterfaceType)[] {
  return [...subgraph.schema.objectTypes(), ...subgraph.schema.interfaceTypes()];
}

/** Object types of the supergraph that a name stands for: what is one object to a subgraph may be several there. */
type Concrete = (typeName: string) => readonly string[];

function concreteIn({ schema }: Supergraph): Concrete {
  return (typeName) => {
    const type = schema.type(typeName);
    if (type === undefined || !isInterfaceType(type)) return [typeName];
    return [typeName, ...type.possibleRuntimeTypes().map(({ name }) => name)];
  };
}

function addFieldSet(
  subgraph: Subgraph,
  typeName: string,
  text: unknown,
  concrete: Concrete,
  found: Set<string>,
): void {
  const set = typeof text === 'string' ? parseFieldSet(text) : null;
  if (set !== null) addFields(subgraph, typeName, set, concrete, found);
}

function addFields(
  subgraph: Subgraph,
  typeName: string,
  set: SelectionSetNode,
  concrete: Concrete,
  found: Set<string>,
): void {
  const type = subgraph.schema.type(typeName);
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const narrower = selection.typeCondition?.name.value ?? typeName;
      addFields(subgraph, narrower, selection.selectionSet, concrete, found);
      continue;
    }
    if (selection.kind !== Kind.FIELD || type === undefined || !('field' in type)) continue;
    const target = type.field(selection.name.value)?.type;
    for (const name of concrete(type.name)) found.add(`${name}.${selection.name.value}`);
    if (target !== undefined && selection.selectionSet !== undefined)
      addFields(subgraph, baseType(target).name, selection.selectionSet, concrete, found);
  }
}
