import type { Annotation } from './annotations.ts';
import type { FieldRules } from './fieldRule.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** Look-ups on the input side, where there is no closure but that over types and interfaces. */
export function inputCategories(
  index: SupergraphIndex,
  annotations: ReadonlyMap<string, Annotation>,
): Pick<FieldRules, 'argument' | 'inputField' | 'enumValue'> {
  const on = (coordinate: string): readonly string[] => annotations.get(coordinate)?.terms.categories ?? [];
  const onLeaf = (type: string | undefined): readonly string[] => {
    const kind = type === undefined ? undefined : index.types.get(type)?.kind;
    return type !== undefined && (kind === 'SCALAR' || kind === 'ENUM') ? on(type) : [];
  };
  return {
    argument: (typeName, field, argument) => {
      const type = index.types.get(typeName);
      if (type === undefined) return [];
      // Asked through an interface, any implementer may be the one that looks.
      const holders = new Set([type, ...index.possible(typeName)]);
      return united(
        [...holders].flatMap((holder) =>
          [holder.name, ...holder.interfaces].flatMap((name) => [
            ...on(`${name}.${field}(${argument}:)`),
            ...onLeaf(index.types.get(name)?.fields.get(field)?.inputs.get(argument)?.type),
          ]),
        ),
      );
    },
    inputField: (inputType, field) => {
      const type = index.types.get(inputType);
      const input = type?.inputFields.get(field);
      if (type === undefined || input === undefined) return [];
      return united([...on(`${inputType}.${field}`), ...on(inputType), ...onLeaf(input.type)]);
    },
    enumValue: (enumType, value) => {
      if (index.types.get(enumType)?.values.has(value) !== true) return [];
      return united([...on(`${enumType}.${value}`), ...on(enumType)]);
    },
  };
}

function united(categories: readonly string[]): readonly string[] {
  return [...new Set(categories)].sort();
}
