import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLLeafType,
} from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';

/** One personal input that a request gives: where, and of which categories. */
export interface PersonalInput {
  /** `Type.field(argument:)` or `InputType.field`. */
  readonly coordinate: string;
  readonly categories: readonly string[];
}

/** One leaf value of a personal input. */
export interface PersonalLeaf {
  readonly value: unknown;
  readonly type: GraphQLLeafType;
  /** Its own, and those of all that it stands in. */
  readonly categories: readonly string[];
}

/** What one field is given. */
export interface GivenInputs {
  readonly inputs: readonly PersonalInput[];
  /** Their values; a null is none. */
  readonly leaves: readonly PersonalLeaf[];
}

/** Finds personal inputs of fields: what may be given at all, and what one request gives. */
export interface PersonalInputs {
  /** Whether any value given to this field could be personal. */
  possible(parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): boolean;
  /** The personal inputs among coerced argument values. What is present counts, an explicit `null` too. */
  given(
    parent: GraphQLCompositeType,
    field: GraphQLField<unknown, unknown>,
    values: Readonly<Record<string, unknown>>,
  ): GivenInputs;
}

/** Creates the finder for one supergraph's rules. */
export function personalInputs(rules: FieldRules): PersonalInputs {
  const possible: PersonalInputs['possible'] = (parent, field) =>
    field.args.some(
      (argument) => categoriesOf(parent, field, argument).length > 0 || mayHold(argument.type, new Set()),
    );

  const given: PersonalInputs['given'] = (parent, field, values) => {
    const found: Found = { inputs: [], leaves: [] };
    for (const argument of field.args) {
      if (!Object.hasOwn(values, argument.name)) continue;
      const categories = categoriesOf(parent, field, argument);
      const coordinate = `${parent.name}.${field.name}(${argument.name}:)`;
      if (categories.length > 0) found.inputs.push({ coordinate, categories });
      walk(values[argument.name], argument.type, categories, found);
    }
    return found;
  };

  /** Of an argument on the type at hand; through an interface, of all that may be the one that looks. */
  function categoriesOf(
    parent: GraphQLCompositeType,
    field: GraphQLField<unknown, unknown>,
    argument: GraphQLArgument,
  ): readonly string[] {
    return rules.argument(parent.name, field.name, argument.name);
  }

  function mayHold(type: GraphQLInputType, visited: Set<string>): boolean {
    const inner = getNullableType(type);
    if (isListType(inner)) return mayHold(inner.ofType, visited);
    if (isEnumType(inner)) {
      return inner.getValues().some((value) => rules.enumValue(inner.name, value.name).length > 0);
    }
    if (!isInputObjectType(inner) || visited.has(inner.name)) return false;
    visited.add(inner.name);
    return Object.values(inner.getFields()).some(
      (field) => rules.inputField(inner.name, field.name).length > 0 || mayHold(field.type, visited),
    );
  }

  /** @param within categories of what the value stands in. */
  function walk(value: unknown, type: GraphQLInputType, within: readonly string[], into: Found): void {
    const inner = getNullableType(type);
    if (value === null || value === undefined) return;
    if (isListType(inner)) {
      for (const item of Array.isArray(value) ? value : [value]) walk(item, inner.ofType, within, into);
    } else if (isEnumType(inner)) {
      const name = inner.getValues().find((each) => each.value === value)?.name ?? '';
      const categories = rules.enumValue(inner.name, name);
      if (categories.length > 0) into.inputs.push({ coordinate: `${inner.name}.${name}`, categories });
      addLeaf(value, inner, united(within, categories), into);
    } else if (isInputObjectType(inner)) {
      const values = new Map(Object.entries(value));
      for (const [name, field] of Object.entries(inner.getFields())) {
        if (!values.has(name)) continue;
        const categories = rules.inputField(inner.name, name);
        if (categories.length > 0) into.inputs.push({ coordinate: `${inner.name}.${name}`, categories });
        walk(values.get(name), field.type, united(within, categories), into);
      }
    } else {
      addLeaf(value, inner, within, into);
    }
  }

  return { possible, given };
}

interface Found {
  readonly inputs: PersonalInput[];
  readonly leaves: PersonalLeaf[];
}

function addLeaf(
  value: unknown,
  type: GraphQLLeafType,
  categories: readonly string[],
  { leaves }: Found,
): void {
  if (categories.length > 0) leaves.push({ value, type, categories });
}

function united(one: readonly string[], other: readonly string[]): readonly string[] {
  return other.length === 0 ? one : [...new Set([...one, ...other])].sort();
}
