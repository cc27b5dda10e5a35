import { posix } from 'node:path';
import { cycles, importGraph } from './importGraph.ts';
import type { Sources } from './importGraph.ts';

/** One rule on the shape of the code: a list of what breaks it, empty when nothing does. */
export interface ArchitectureRule {
  readonly name: string;
  readonly violations: (sources: Sources) => readonly string[];
}

/** Longest source file, in lines. Tests and generated migrations may be longer. */
export const MAX_LINES = 250;

/** The folders that a folder's files may import from, besides themselves. Tests and benchmarks may import anything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  gateway: ['directives/', 'policies/'],
  directives: ['policies/'],
  policies: [],
  subgraphs: ['policies/consent/', 'policies/record/', 'policies/covers.ts'],
};

const FORBIDDEN_IN_POLICIES = /^(?:graphql$|@apollo\/|@graphql-tools\/)/;
const FORBIDDEN_NAME = /^(?:utils?|helpers?|types?|common)$/i;

/** The rules of the layout, in the order in which they are best mended. */
export const RULES: readonly ArchitectureRule[] = Object.freeze([
  { name: 'imports resolve to a file', violations: unresolved },
  { name: 'imports point one way: gateway → directives → policies', violations: wrongWay },
  { name: 'a subgraph imports its own folder and what all subgraphs share', violations: acrossSubgraphs },
  { name: 'policies know neither GraphQL nor Apollo', violations: graphqlInPolicies },
  { name: 'no import cycles', violations: cyclic },
  { name: `no source file has more than ${String(MAX_LINES)} lines`, violations: tooLong },
  { name: 'no file is called utils, helpers, types or common', violations: badName },
  { name: 'no default exports', violations: defaultExports },
]);

function unresolved(sources: Sources): readonly string[] {
  return edges(sources)
    .filter(([, to]) => to.endsWith('.ts') && !sources.has(to))
    .map(([from, to]) => `${from} imports ${to}, which does not exist`);
}

function wrongWay(sources: Sources): readonly string[] {
  return edges(sources)
    .filter(([from, to]) => {
      const allowed = MAY_IMPORT[top(from)];
      if (allowed === undefined || top(from) === top(to)) return false;
      return !allowed.some((prefix) => to.startsWith(prefix));
    })
    .map(([from, to]) => `${from} imports ${to}`);
}

function acrossSubgraphs(sources: Sources): readonly string[] {
  return edges(sources)
    .filter(([from, to]) => {
      const [own, other] = [subgraph(from), subgraph(to)];
      return own !== null && other !== null && own !== other;
    })
    .map(([from, to]) => `${from} imports ${to}`);
}

function graphqlInPolicies(sources: Sources): readonly string[] {
  return [...importGraph(sources)]
    .filter(([file]) => top(file) === 'policies')
    .flatMap(([file, { packages }]) => [...packages].map((name) => ({ file, name })))
    .filter(({ name }) => FORBIDDEN_IN_POLICIES.test(name))
    .map(({ file, name }) => `${file} imports ${name}`);
}

function cyclic(sources: Sources): readonly string[] {
  return cycles(importGraph(sources)).map((cycle) => cycle.join(' → '));
}

function tooLong(sources: Sources): readonly string[] {
  return [...sources]
    .filter(([file]) => top(file) !== 'test' && !file.includes('/migrations/'))
    .map(([file, text]) => ({ file, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ file, lines }) => `${file} has ${String(lines)} lines`);
}

function badName(sources: Sources): readonly string[] {
  return [...sources.keys()].filter((file) => {
    const parts = file.split('/').map((part) => part.replace(/(?:\.test)?\.ts$/, ''));
    return parts.some((part) => FORBIDDEN_NAME.test(part));
  });
}

function defaultExports(sources: Sources): readonly string[] {
  return [...sources]
    .filter(
      ([file, text]) =>
        !file.endsWith('.config.ts') && /^export (?:default\b|\{[^}]*\bas default\b)/m.test(text),
    )
    .map(([file]) => file);
}

function edges(sources: Sources): readonly (readonly [from: string, to: string])[] {
  return [...importGraph(sources)].flatMap(([from, { files }]) =>
    [...files].map((to) => [from, to] as const),
  );
}

function top(file: string): string {
  return file.split('/', 1).join('');
}

/** `subgraphs/accounts/resolvers.ts` → `accounts`; files directly in `subgraphs/` belong to all. */
function subgraph(file: string): string | null {
  const folder = posix.relative('subgraphs', file);
  const slash = folder.indexOf('/');
  return folder.startsWith('..') || slash === -1 ? null : folder.slice(0, slash);
}
