import { stripTypeScriptTypes } from 'node:module';
import type { Mutant } from './mutant.ts';

/**
 * The text of a mutant's file with its one change.
 *
 * @throws an Error where what is to be changed does not stand there exactly once, or where the changed text is no
 * TypeScript: a mutant that does not load proves nothing.
 */
export function mutate({ name, file, find, replace }: Mutant, source: string): string {
  const found = source.split(find).length - 1;
  if (found !== 1) {
    throw new Error(`"${name}": expected its text once in ${file}, found it ${found} times.`);
  }
  const changed = source.replace(find, () => replace);
  try {
    stripTypeScriptTypes(changed);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`"${name}": ${file} is no TypeScript any more: ${why}`, { cause: error });
  }
  return changed;
}
