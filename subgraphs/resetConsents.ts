import { readdir, rm } from 'node:fs/promises';

/**
 * Deletes the consents of earlier runs, so that the demo starts afresh.
 * @throws Error when the folder holds something else than a database, which is then left alone.
 */
export async function resetConsents(folder: string): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length === 0) return;
  if (!names.includes('PG_VERSION')) {
    throw new Error(
      `Expected ${folder} to hold the demo's consents, but there is no database in it. ` +
        'Move what is there away, or choose another folder by --data.',
    );
  }
  await rm(folder, { recursive: true });
}
