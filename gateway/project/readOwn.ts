/**
 * Reads an own property of fetched data; `undefined` where there is none.
 *
 * INVARIANT: only own properties are read, so that names such as `__proto__` or `constructor` reach nothing but
 * what a subgraph sent under them (test/gateway/project/project.test.ts).
 */
export function readOwn(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
