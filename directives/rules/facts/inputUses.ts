import type { IndexedInput } from '../../supergraphIndex.ts';
import type { CheckedSupergraph } from '../rule.ts';

/** One place that takes values of an input type: an argument, or a field of another input type. */
export interface InputUse {
  readonly coordinate: string;
  /** The input object type that it takes. */
  readonly takes: string;
  /** What the place itself is annotated with. */
  readonly categories: readonly string[];
  /** The object or interface type whose field has the argument; `null` for a field of an input type. */
  readonly holder: string | null;
}

/** Every place of a supergraph that takes an input object type. */
export function inputUses({ index, rules }: CheckedSupergraph): readonly InputUse[] {
  const takesObject = ({ type }: IndexedInput): boolean => index.types.get(type)?.kind === 'INPUT_OBJECT';
  return [...index.types.values()].flatMap((type) => [
    ...[...type.fields.values()].flatMap((field) =>
      [...field.inputs.values()].filter(takesObject).map((input) => ({
        coordinate: `${type.name}.${field.name}(${input.name}:)`,
        takes: input.type,
        categories: rules.argument(type.name, field.name, input.name),
        holder: type.name,
      })),
    ),
    ...[...type.inputFields.values()].filter(takesObject).map((input) => ({
      coordinate: `${type.name}.${input.name}`,
      takes: input.type,
      categories: rules.inputField(type.name, input.name),
      holder: null,
    })),
  ]);
}

/** Categories of an input type's fields, and of what those take, each once and sorted. */
export function categoriesWithin({ index, rules }: CheckedSupergraph, inputType: string): readonly string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const walk = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const input of index.types.get(name)?.inputFields.values() ?? []) {
      for (const category of rules.inputField(name, input.name)) found.add(category);
      walk(input.type);
    }
  };
  walk(inputType);
  return [...found].sort();
}
