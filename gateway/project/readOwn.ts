/**
 * Reads an own property of fetched data; `undefined` where there is none.
 *
 * INVARIANT: only own properties are read, so that names such as `__proto__` or `constructor` reach nothing but
 * what a subgraph sent under them (test/gateway/project/project.test.ts).
 */
export function readOwn(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
