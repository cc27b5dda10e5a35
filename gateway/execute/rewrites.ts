import { isRow, type Row } from './reading.ts';
import { readKey, writeKey } from './rowKeys.ts';

/** A value that the plan sets, or a key that it renames, at a path within an object. */
export interface Rewrite {
  readonly path: readonly RewriteStep[];
  readonly key: string;
  readonly change:
    { readonly kind: 'set'; readonly value: unknown } | { readonly kind: 'rename'; readonly to: string };
}

/** A key to go to, or the types that go on from here. */
export type RewriteStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'types'; readonly types: ReadonlySet<string> };

/** Rewrites an object in place. What does not say its type is taken for any. */
export function applyRewrites(rewrites: readonly Rewrite[], row: Row): void {
  for (const rewrite of rewrites) rewriteAt(row, rewrite, 0);
}

function rewriteAt(value: unknown, rewrite: Rewrite, at: number): void {
  if (Array.isArray(value)) {
    for (const item of value) rewriteAt(item, rewrite, at);
    return;
  }
  if (!isRow(value)) return;
  const step = rewrite.path[at];
  if (step === undefined) change(value, rewrite);
  else if (step.kind === 'key') rewriteAt(readKey(value, step.key), rewrite, at + 1);
  else {
    const typename = readKey(value, '__typename');
    if (typeof typename !== 'string' || step.types.has(typename)) rewriteAt(value, rewrite, at + 1);
  }
}

function change(row: Row, { key, change: to }: Rewrite): void {
  if (to.kind === 'set') {
    writeKey(row, key, to.value);
    return;
  }
  const value = readKey(row, key);
  if (value === undefined) return;
  writeKey(row, to.to, value);
  Reflect.deleteProperty(row, key);
}
