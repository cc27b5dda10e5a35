import type { Path } from './oracle.ts';

/** Where a path first meets null: several errors may explain one null, and only one of them is told. */
export function nulled(data: unknown, path: Path): string {
  let at: unknown = data;
  const reached: (string | number)[] = [];
  for (const step of path) {
    if (at === null || typeof at !== 'object') break;
    reached.push(step);
    at = Object.entries(at).find(([key]) => key === String(step))?.[1] ?? null;
  }
  return JSON.stringify(reached);
}
