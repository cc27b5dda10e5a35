import { posix } from 'node:path';

/** Source text by path from the repository's root, with forward slashes: `gateway/request.ts` → its text. */
export type Sources = ReadonlyMap<string, string>;

/** What each file imports: `files` by path from the root, `packages` by name (`graphql`, `@apollo/server`). */
export type ImportGraph = ReadonlyMap<
  string,
  { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> }
>;

// Anchored at the line's start, where the formatter puts statements, so that an import quoted in a doc block or
// in a template string of deeper indentation is none. `import type` counts: a type is a dependency of the reader.
const STATEMENT = /^(?:import|export)\s[^;'"]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'/gm;
const CALL = /\bimport\(\s*'([^']+)'/g;

/** The import graph of `sources`, over static, type-only, re-exporting and dynamic imports. */
export function importGraph(sources: Sources): ImportGraph {
  return new Map([...sources].map(([file, text]) => [file, importsOf(file, text)]));
}

/** Import cycles, each once, as a list of files that starts and ends with the same one. */
export function cycles(graph: ImportGraph): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      found.push([...path.slice(start), file]);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file)?.files ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

function importsOf(file: string, text: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const withoutBlockComments = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  for (const match of [...withoutBlockComments.matchAll(STATEMENT), ...withoutBlockComments.matchAll(CALL)]) {
    const specifier = match[1] ?? match[2] ?? '';
    if (specifier.startsWith('.')) files.add(posix.join(posix.dirname(file), specifier));
    else if (!specifier.startsWith('node:')) packages.add(packageName(specifier));
  }
  return { files, packages };
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
