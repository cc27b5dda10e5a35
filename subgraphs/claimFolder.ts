import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Claims a folder for this process, so that no second demo resets the consents or overwrites the log of a running
 * one. A claim whose process no longer lives is taken over.
 * @returns what gives the claim up.
 * @throws Error when another process that lives has it.
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'demo.pid');
  const release = async (): Promise<void> => await rm(file, { force: true });
  if (await claim(file)) return release;
  const holder = Number((await readFile(file, 'utf8').catch(() => '')).trim());
  if (isAlive(holder)) {
    throw new Error(
      `A demo already uses ${folder} (process ${holder}). Stop it, or give this one a folder of its own by --data. ` +
        `If none runs, delete ${file}.`,
    );
  }
  await release();
  if (await claim(file)) return release;
  throw new Error(
    `Another demo took ${folder} at the same moment. Give this one a folder of its own by --data.`,
  );
}

async function claim(file: string): Promise<boolean> {
  try {
    await writeFile(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user cannot be signalled, but lives.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
