import { readFile } from 'node:fs/promises';
import { holdKeys, type HeldKeys } from '../../policies/keys/heldKeys.ts';
import type { KeySource } from '../../policies/keys/keySource.ts';
import { openKeyUrl, type KeyUrlOptions } from '../../policies/keys/keyUrl.ts';

/** Where the keys are that callers' tokens are verified with. */
export type TokenKeys =
  | {
      /** A file: a JWKS or one JWK as JSON, or PEM public keys (SPKI). */
      readonly keyFile: string;
    }
  | {
      /** A JWKS at an address, with how often it is fetched, and how long it is believed. */
      readonly jwks: KeyUrlOptions;
    };

/** Opened keys; those of a file with its text, for whoever watches it. */
export interface OpenedKeys {
  readonly source: KeySource;
  readonly file: {
    readonly path: string;
    readonly text: string;
    readonly replace: HeldKeys['replace'];
  } | null;
}

/** Opens them. @throws an Error that says what was expected. */
export async function openTokenKeys(keys: TokenKeys): Promise<OpenedKeys> {
  if ('jwks' in keys) return { source: await openKeyUrl(keys.jwks), file: null };
  const { keyFile: path } = keys;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${path}: expected a file with public keys (${code}).`);
  });
  const source = holdKeys(text, path);
  return { source, file: { path, text, replace: source.replace } };
}
