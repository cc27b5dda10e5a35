import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { FieldRules } from '../../directives/fieldRule.ts';

/** One personal input that a request gives: where, and of which categories. */
export interface PersonalInput {
  /** `Type.field(argument:)` or `InputType.field`. */
  readonly coordinate: string;
  readonly categories: readonly string[];
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
  ): readonly PersonalInput[];
}

/** Creates the finder for one schema and its rules. */
export function personalInputs(schema: GraphQLSchema, rules: FieldRules): PersonalInputs {
  const possible: PersonalInputs['possible'] = (parent, field) =>
    field.args.some(
      (argument) => categoriesOf(parent, field, argument).length > 0 || mayHold(argument.type, new Set()),
    );

  const given: PersonalInputs['given'] = (parent, field, values) => {
    const found: PersonalInput[] = [];
    for (const argument of field.args) {
      if (!Object.hasOwn(values, argument.name)) continue;
      const categories = categoriesOf(parent, field, argument);
      const coordinate = `${parent.name}.${field.name}(${argument.name}:)`;
      if (categories.length > 0) found.push({ coordinate, categories });
      walk(values[argument.name], argument.type, found);
    }
    return found;
  };

  /** An argument is bound by its annotations on the type at hand, its interfaces and its implementers. */
  function categoriesOf(
    parent: GraphQLCompositeType,
    field: GraphQLField<unknown, unknown>,
    argument: GraphQLArgument,
  ): readonly string[] {
    const related: GraphQLCompositeType[] = [parent];
    if (isObjectType(parent) || isInterfaceType(parent)) related.push(...parent.getInterfaces());
    if (isInterfaceType(parent)) related.push(...schema.getPossibleTypes(parent));
    return [...new Set(related.flatMap((type) => rules.argument(type.name, field.name, argument.name)))];
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

  function walk(value: unknown, type: GraphQLInputType, into: PersonalInput[]): void {
    const inner = getNullableType(type);
    if (value === null || value === undefined) return;
    if (isListType(inner)) {
      for (const item of Array.isArray(value) ? value : [value]) walk(item, inner.ofType, into);
    } else if (isEnumType(inner)) {
      const name = inner.getValues().find((each) => each.value === value)?.name ?? '';
      const categories = rules.enumValue(inner.name, name);
      if (categories.length > 0) into.push({ coordinate: `${inner.name}.${name}`, categories });
    } else if (isInputObjectType(inner)) {
      const values = new Map(Object.entries(value));
      for (const [name, field] of Object.entries(inner.getFields())) {
        if (!values.has(name)) continue;
        const categories = rules.inputField(inner.name, name);
        if (categories.length > 0) into.push({ coordinate: `${inner.name}.${name}`, categories });
        walk(values.get(name), field.type, into);
      }
    }
  }

  return { possible, given };
}
