import type { Path } from '../../policies/readYaml.ts';

/** What one source says; `by` names it for the value at a path. */
export interface Source {
  readonly data: Readonly<Record<string, unknown>>;
  readonly by: (path: Path) => string;
}

/** What all sources say together. */
export interface Merged {
  readonly data: Readonly<Record<string, unknown>>;
  /** What said the value at a path, or something in it; `null`: nothing did. */
  readonly originOf: (path: Path) => string | null;
}

/** Puts sources together, of which later ones count more. Mappings are merged key by key; all else is replaced. */
export function mergeSaid(sources: readonly Source[]): Merged {
  const origins = new Map<string, string>();
  let data: Readonly<Record<string, unknown>> = {};
  for (const { data: said, by } of sources) {
    data = merge(data, said, (path) => void origins.set(JSON.stringify(path), by(path)), []);
  }
  return {
    data,
    originOf(path) {
      const exact = JSON.stringify(path);
      const within = `${exact.slice(0, -1)},`;
      const found = origins.get(exact);
      if (found !== undefined) return found;
      return [...origins].find(([key]) => key.startsWith(within))?.[1] ?? null;
    },
  };
}

function merge(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
  tell: (path: Path) => void,
  at: Path,
): Readonly<Record<string, unknown>> {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const path = [...at, key];
    const old = merged.get(key);
    if (isMapping(value)) {
      merged.set(key, merge(isMapping(old) ? old : {}, value, tell, path));
    } else {
      tell(path);
      merged.set(key, value);
    }
  }
  return Object.fromEntries(merged);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
