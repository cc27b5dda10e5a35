import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutate } from '../mutants/mutate.ts';

/** A change of one source text. `find` stands in the file exactly once. */
export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Sources of the product that nobody changes while they run. */
export interface SourceCopy {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** What the processes need; `node_modules` is linked to. */
const COPIED = ['gateway', 'directives', 'policies', 'subgraphs', 'package.json'];

/**
 * Copies the product to a temporary folder, with edits one after the other. Throws where an edit does not find its
 * text exactly once.
 */
export async function copySources(root: string, edits: readonly Edit[]): Promise<SourceCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'sudare-faults-sources-'));
  const removeAtExit = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const remove = async (): Promise<void> => {
    process.off('exit', removeAtExit);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const edit of edits) {
      const path = join(folder, edit.file);
      await writeFile(path, applied(edit, await readFile(path, 'utf8')));
    }
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The text of a file with an edit. Throws as `copySources` does. */
export function applied(edit: Edit, source: string): string {
  return mutate({ ...edit, name: edit.file, tests: [] }, source);
}
