import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { RuleFinding } from '../rules/finding.ts';
import type { SchemaText } from '../subgraphSource.ts';
import { problemFinding } from './composeFindings.ts';
import { introspectSubgraph, IntrospectionError } from './introspectSubgraph.ts';
import type { OverlayText } from './overlay.ts';
import type { ConfiguredSubgraph, SupergraphConfig } from './supergraphConfig.ts';

/** A subgraph to compose. */
export interface SubgraphText extends SchemaText {
  readonly name: string;
  /** Routing URL. */
  readonly url: string;
}

/** What could be loaded; what could not is among the findings. */
export interface LoadedSubgraphs {
  readonly subgraphs: readonly SubgraphText[];
  readonly overlays: readonly OverlayText[];
  readonly findings: readonly RuleFinding[];
}

/** How long a subgraph may take to tell its schema, in ms. */
const TIMEOUT_MS = 10_000;

/**
 * Loads the schemas that a `supergraph.yaml` names, relative to it, and overlays, relative to the working directory.
 *
 * @param overlays each `FILE`, for every subgraph that defines what it extends, or `NAME=FILE` for one of them.
 */
export async function loadSubgraphs(
  config: SupergraphConfig,
  overlays: readonly string[],
): Promise<LoadedSubgraphs> {
  const names = new Set(config.subgraphs.map(({ name }) => name));
  const loaded = await Promise.all([
    ...config.subgraphs.map(async (subgraph) => ({
      subgraph,
      overlay: null,
      result: await loadSchema(subgraph, config),
    })),
    ...overlays.map(async (argument) => {
      const overlay = overlayOf(argument);
      return { subgraph: null, overlay, result: await loadOverlay(overlay, argument, names) };
    }),
  ]);
  const subgraphs: SubgraphText[] = [];
  const texts: OverlayText[] = [];
  const findings: RuleFinding[] = [];
  for (const { subgraph, overlay, result } of loaded) {
    if ('finding' in result) findings.push(result.finding);
    else if (subgraph !== null) subgraphs.push({ name: subgraph.name, url: subgraph.routingUrl, ...result });
    else texts.push({ subgraph: overlay.subgraph, ...result });
  }
  return { subgraphs, overlays: texts, findings };
}

/** What an `--overlay` names: a file, and perhaps the subgraph that it is for. */
export function overlayOf(argument: string): { readonly subgraph: string | null; readonly file: string } {
  // A subgraph's name has neither dots nor slashes: a file that has a "=" can be written ./a=b.graphql.
  const [, subgraph, file] = /^([A-Za-z][\w-]*)=(.+)$/s.exec(argument) ?? [];
  return subgraph === undefined || file === undefined
    ? { subgraph: null, file: argument }
    : { subgraph, file };
}

type Loaded = SchemaText | { readonly finding: RuleFinding };

async function loadSchema(subgraph: ConfiguredSubgraph, config: SupergraphConfig): Promise<Loaded> {
  const { name, schema, line, column } = subgraph;
  const refused = (message: string): Loaded => ({
    finding: problemFinding('config', { file: config.file, line, column, message }),
  });
  switch (schema.kind) {
    case 'sdl':
      return { file: `${config.file}#${name}`, sdl: schema.sdl };
    case 'file': {
      const file = isAbsolute(schema.file) ? schema.file : join(dirname(config.file), schema.file);
      const sdl = await readText(file);
      return 'sdl' in sdl ? { file, ...sdl } : refused(`the schema of ${name}, ${file}, ${sdl.problem}.`);
    }
    case 'url': {
      const { origin, pathname } = new URL(schema.url);
      const file = `${origin}${pathname}`;
      try {
        const { url, headers } = schema;
        return { file, sdl: await introspectSubgraph({ url, headers, timeoutMs: TIMEOUT_MS }) };
      } catch (error) {
        if (error instanceof IntrospectionError)
          return refused(`${name} was asked at ${file}: ${error.message}`);
        throw error;
      }
    }
  }
}

async function loadOverlay(
  { subgraph, file }: ReturnType<typeof overlayOf>,
  argument: string,
  names: ReadonlySet<string>,
): Promise<Loaded> {
  const refused = (message: string): Loaded => ({
    finding: problemFinding('config', { file, line: 1, column: 1, message }),
  });
  if (subgraph !== null && !names.has(subgraph)) {
    return refused(
      `--overlay ${argument}: there is no subgraph ${subgraph}; expected one of ${[...names].join(', ')}.`,
    );
  }
  const sdl = await readText(file);
  return 'sdl' in sdl ? { file, ...sdl } : refused(`--overlay ${argument}: the file ${sdl.problem}.`);
}

async function readText(file: string): Promise<{ readonly sdl: string } | { readonly problem: string }> {
  try {
    return { sdl: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { problem: `cannot be read${code}; expected GraphQL SDL in UTF-8` };
  }
}
