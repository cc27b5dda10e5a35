import { readFile } from 'node:fs/promises';
import type { GraphQLDataSource, SupergraphManager } from '@apollo/gateway';

/** Where a supergraph comes from: its SDL, a file, or any of @apollo/gateway's supergraph managers. */
export type SupergraphSource =
  { readonly sdl: string } | { readonly file: string } | { readonly manager: SupergraphManager };

/** A loaded supergraph. */
export interface LoadedSupergraph {
  readonly sdl: string;
  close(): Promise<void>;
}

/**
 * Loads a supergraph. Only managers update it, through `onUpdate`; what `onUpdate` throws reaches the manager,
 * which keeps what it has.
 */
export async function loadSupergraph(
  source: SupergraphSource,
  onUpdate: (sdl: string) => void,
  getDataSource: (definition: { name: string; url?: string }) => GraphQLDataSource,
): Promise<LoadedSupergraph> {
  if ('sdl' in source) return { sdl: source.sdl, close: async () => undefined };
  if ('file' in source) {
    return { sdl: await readSupergraphFile(source.file), close: async () => undefined };
  }
  const { supergraphSdl, cleanup } = await source.manager.initialize({
    update: onUpdate,
    // Whether subgraphs answer is for the manager's user to ask; a supergraph is vetted by what it says.
    healthCheck: async () => undefined,
    getDataSource,
  });
  return { sdl: supergraphSdl, close: async () => await cleanup?.() };
}

/** Reads a supergraph's file. @throws an Error that names the flag. */
export async function readSupergraphFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(
      `--supergraph ${file}: expected a file with the SDL of a composed supergraph (${code}).`,
      { cause: error },
    );
  }
}
