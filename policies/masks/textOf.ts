/**
 * The text of a value that a text-based mask works on: strings, and the integers that GraphQL also accepts for an
 * `ID`. `null` for everything else, which such a mask answers with `CONSTANT`.
 */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : null;
}
