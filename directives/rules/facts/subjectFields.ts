import type { CheckedSupergraph } from '../rule.ts';

/** Every field on the way to a subject id, `Type.field`: whom a value is about is known before anything is decided. */
export function subjectFields({ index, rules }: CheckedSupergraph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name, kind, fields } of index.types.values()) {
    if (kind !== 'OBJECT') continue;
    const declared = [...fields.keys()].flatMap((field) => rules.field(name, field)?.subjects ?? []);
    for (const { path, unresolved } of [...rules.subjectsOf(name), ...declared]) {
      if (!unresolved) follow(name, path);
    }
  }
  return found;

  function follow(from: string, [name, ...rest]: readonly string[]): void {
    if (name === undefined) return;
    found.add(`${from}.${name}`);
    const field = index.types.get(from)?.fields.get(name);
    for (const below of field === undefined ? [] : index.possible(field.type)) follow(below.name, rest);
  }
}
