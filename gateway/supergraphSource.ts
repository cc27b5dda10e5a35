import { readFile } from 'node:fs/promises';
import type { GraphQLDataSource, SupergraphManager } from '@apollo/gateway';
import { NotASupergraphError } from '../directives/notASupergraphError.ts';
import { inTime } from './inTime.ts';

/**
 * Where a supergraph comes from: its SDL, a file, or any of @apollo/gateway's supergraph managers. `file` beside `sdl`:
 * where that was read, for messages.
 */
export type SupergraphSource =
  | { readonly sdl: string; readonly file?: string }
  | { readonly file: string }
  | { readonly manager: SupergraphManager };

/** A supergraph that is in force. */
export interface LoadedSupergraph {
  /** Follows it no longer. */
  close(): Promise<void>;
}

/** What becomes of a supergraph; both throw what is wrong with it. */
export interface LoadSupergraphOptions {
  /** Puts the first one in force. */
  readonly install: (sdl: string) => void;
  /** Puts one in force that a manager brings later, which keeps what it has where this throws. */
  readonly update: (sdl: string) => void;
  readonly getDataSource: (definition: { name: string; url?: string }) => GraphQLDataSource;
}

/** How long a manager has to end, in ms, whose supergraph is refused. */
const ENDED_MS = 1_000;

/** Loads a supergraph and puts it in force. Where that is refused, its manager is ended. */
export async function loadSupergraph(
  source: SupergraphSource,
  { install, update, getDataSource }: LoadSupergraphOptions,
): Promise<LoadedSupergraph> {
  if (!('manager' in source)) {
    const sdl = 'sdl' in source ? source.sdl : await readSupergraphFile(source.file);
    try {
      install(sdl);
    } catch (error) {
      // Anything else that is wrong need not be the file's fault.
      if (source.file !== undefined && error instanceof NotASupergraphError) throw error.in(source.file);
      throw error;
    }
    return { close: async () => undefined };
  }
  const { supergraphSdl, cleanup } = await source.manager.initialize({
    update,
    // Whether subgraphs answer is for the manager's user to ask; a supergraph is vetted by what it says.
    healthCheck: async () => undefined,
    getDataSource,
  });
  const close = async (): Promise<void> => await cleanup?.();
  try {
    install(supergraphSdl);
  } catch (error) {
    // What is wrong with the supergraph is what somebody has to know of.
    await inTime(ENDED_MS, close, () => undefined).catch(() => undefined);
    throw error;
  }
  return { close };
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
