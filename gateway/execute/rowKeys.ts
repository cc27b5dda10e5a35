/** Names that every object has without being given them, and `__proto__`, which is no property at all. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Whether a name is one of these. */
export function isInherited(key: string): boolean {
  return INHERITED.has(key);
}

/**
 * Reads an own property; `undefined` where there is none.
 *
 * INVARIANT: names such as `__proto__` or `constructor` reach nothing but what a subgraph sent under them
 * (test/leaks/hostileKeys.test.ts).
 */
export function readKey(value: Readonly<Record<string, unknown>>, key: string): unknown {
  if (INHERITED.has(key) && !Object.hasOwn(value, key)) return undefined;
  return value[key];
}

/** Writes an own property, whatever its name. */
export function writeKey(row: Record<string, unknown>, key: string, value: unknown): void {
  if (!INHERITED.has(key)) row[key] = value;
  else Object.defineProperty(row, key, { value, enumerable: true, writable: true, configurable: true });
}
