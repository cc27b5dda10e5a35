import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutate } from './mutate.ts';
import type { Mutant } from './mutant.ts';

/** A copy of the repository in which one mutant at a time is tried. Nothing is written to the repository itself. */
export interface Workshop {
  readonly folder: string;
  /** Does `work` while the mutant is in force. @throws what `mutate` and `work` throw. */
  readonly under: <T>(mutant: Mutant, work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** What tests need; `node_modules` is linked to. */
const COPIED =
  'gateway directives policies subgraphs test docs package.json tsconfig.json vitest.config.ts README.md CHANGELOG.md .gitignore'.split(
    ' ',
  );

/** Copies the repository at `root` to a temporary folder of its own. */
export async function openWorkshop(root: string): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'sudare-mutants-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'tmp'));
  return {
    folder,
    under: async (mutant, work) => {
      const path = join(folder, mutant.file);
      const source = await readFile(path, 'utf8');
      await writeFile(path, mutate(mutant, source));
      try {
        return await work();
      } finally {
        await writeFile(path, source);
      }
    },
    close: async () => {
      process.off('exit', remove);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
