import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { z } from 'zod';
import { temporaryFolder } from './temporaryFolder.ts';

const PGLITE = fileURLToPath(new URL('../node_modules/@electric-sql/pglite/package.json', import.meta.url));
const CACHE = fileURLToPath(new URL('../node_modules/.cache/sudare', import.meta.url));

/**
 * A data directory of PGlite without tables. Making one anew takes seconds of a processor; so one is made once for each
 * version of PGlite, and copied.
 *
 * @param at where it is to be; by default somewhere that is removed when the tests have ended.
 * @returns its path.
 */
export async function freshDataDir(at?: string): Promise<string> {
  const dataDir = at ?? join(await temporaryFolder(), randomUUID());
  await cp(await template(), dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return dataDir;
}

async function template(): Promise<string> {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(PGLITE, 'utf8')));
  const made = join(CACHE, `pglite-${version}`);
  if (await exists(made)) return made;
  // Several test files may find none at once: each makes one, and the first one stays.
  const making = join(CACHE, randomUUID());
  await mkdir(CACHE, { recursive: true });
  const client = await PGlite.create({ dataDir: making });
  await client.close();
  await rename(making, made).catch(async (error: unknown) => {
    await rm(making, { recursive: true, force: true });
    if (!(await exists(made))) throw error;
  });
  return made;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
