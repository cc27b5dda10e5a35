import { Kind } from 'graphql';
import type { SelectionSetNode } from 'graphql';
import { parseFieldSet } from '../fieldSet.ts';
import { graphNames } from '../joins.ts';
import type { IndexedField, IndexedType } from '../supergraphIndex.ts';
import { mutationName } from './facts/mutationName.ts';
import { named } from './facts/named.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';
import { subjectFields } from './facts/subjectFields.ts';

/** A non-null personal field that no call of its own could fetch. */
export const fetchedTogether: SupergraphRule = {
  name: 'fetched-together',
  over: 'supergraph',
  severity: 'warning',
  why: 'Where a non-null field fails, its subgraph nulls the object around it and perhaps a whole list, which would tell of a denied value on what is shown. The gateway therefore fetches such fields apart, by a key of their object. Without a key it leaves the field out until everybody in the answer permits it, and in mutations altogether.',
  mend: 'Make the field nullable, or give its object a resolvable `@key` of fields that are not personal.',
  check,
  examples: [
    {
      title: 'The objects of a list have no key by which they could be found again.',
      subgraphs: {
        messages: `
          type Query { thread(id: ID!): Thread }
          type Thread @key(fields: "id") {
            id: ID!
            lines: [Line!]!
          }
          type Line @personal(subject: ["authorId"]) {
            authorId: ID!
            text: String! @personal(category: "usage.content")
            device: String! @personal(category: "device.userAgent")
          }`,
      },
      finds: ['Line.text'],
    },
    {
      title: 'A field of an entity, one below it that is no list away, and one that may be null.',
      subgraphs: {
        messages: `
          type Query { thread(id: ID!): Thread }
          type Thread @key(fields: "id") @personal(subject: ["ownerId"]) {
            id: ID!
            ownerId: ID!
            title: String! @personal(category: "usage.content")
            draft: Draft
            lines: [Line!]!
          }
          type Draft { text: String! @personal(category: "usage.content") }
          type Line @personal(subject: ["authorId"]) {
            authorId: ID!
            text: String @personal(category: "usage.content")
          }`,
      },
      finds: [],
    },
  ],
};

function* check(checked: CheckedSupergraph): Generator<Violation> {
  const { index, rules, joinsOf } = checked;
  const names = graphNames(index);
  const forSubjects = subjectFields(checked);
  const isPersonal = (type: string, field: string): boolean =>
    rules.field(type, field) !== null && !forSubjects.has(`${type}.${field}`);
  const objects = [...index.types.values()].filter(({ kind }) => kind === 'OBJECT');

  // A mutation runs once, so its own fields stay where they are.
  const mutation = mutationName(checked);
  for (const type of objects.filter(({ name }) => name !== mutation)) {
    const fragile = [...type.fields.values()]
      .filter((field) => isPersonal(type.name, field.name))
      .flatMap((field) =>
        graphsOf(type, field)
          .filter((graph) => isNonNull(field, graph))
          .map((graph) => ({ graph, coordinate: `${type.name}.${field.name}` })),
      );
    // A key would mend all fields of a type in one subgraph, so they are told together.
    for (const [graph, fields] of Map.groupBy(fragile, (field) => field.graph)) {
      const [first, ...others] = fields.map((field) => field.coordinate);
      const way = withoutKey(type, graph, new Set());
      if (first === undefined || way === null) continue;
      const subgraph = names.get(graph) ?? graph;
      const too = others.length === 0 ? '' : ` The same holds for ${named(others)}.`;
      const message = `in the subgraph "${subgraph}" it is non-null, and ${way}.${too}`;
      yield { coordinate: first, message, subgraph };
    }
  }

  /** Why objects of a type cannot always be found again, by themselves or by what leads to them; `null`: they can. */
  function withoutKey(type: IndexedType, graph: string, seen: Set<string>): string | null {
    if (seen.has(type.name) || hasKey(type, graph)) return null;
    seen.add(type.name);
    if (index.roots.has(type.name)) return `${type.name} has no key`;
    for (const holder of objects) {
      for (const field of holder.fields.values()) {
        if (!index.possible(field.type).includes(type) || !graphsOf(holder, field).includes(graph)) continue;
        const coordinate = `${holder.name}.${field.name}`;
        if (field.list)
          return `${type.name} has no key by which the objects of ${coordinate} are found again`;
        const above = withoutKey(holder, graph, seen);
        if (above !== null)
          return `neither ${type.name} nor what leads to it by ${coordinate} has a key: ${above}`;
      }
    }
    return null;
  }

  function hasKey(type: IndexedType, graph: string): boolean {
    return joinsOf(type.directives).types.some((join) => {
      if (join.graph !== graph || join.key === null || !join.resolvable) return false;
      const set = parseFieldSet(join.key);
      return set !== null && isPlain(type, set);
    });
  }

  /** Plain fields, none of them personal. */
  function isPlain(type: IndexedType | undefined, set: SelectionSetNode): boolean {
    return set.selections.every((selection) => {
      if (selection.kind !== Kind.FIELD || (selection.arguments ?? []).length > 0) return false;
      const field = type?.fields.get(selection.name.value);
      if (type === undefined || field === undefined || isPersonal(type.name, field.name)) return false;
      return selection.selectionSet === undefined
        ? true
        : isPlain(index.types.get(field.type), selection.selectionSet);
    });
  }

  function graphsOf(type: IndexedType, field: IndexedField): readonly string[] {
    const own = joinsOf(field.directives).fields;
    if (own.length === 0) return joinsOf(type.directives).types.map(({ graph }) => graph);
    return own.flatMap(({ graph, external }) => (external || graph === null ? [] : [graph]));
  }

  function isNonNull(field: IndexedField, graph: string): boolean {
    const own = joinsOf(field.directives).fields.find((join) => join.graph === graph);
    return own?.type == null ? !field.nullable : own.type.endsWith('!');
  }
}
