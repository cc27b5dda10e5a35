import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs what this folder's package-lock.json names, unless it is there already.
 *
 * @returns whether it is there now.
 */
export async function installPeers(): Promise<boolean> {
  const [lock, installed] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map(timeOf),
  );
  if (
    lock !== undefined &&
    installed !== undefined &&
    lock !== null &&
    installed !== null &&
    installed >= lock
  )
    return true;
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const failed = once(child, 'error').then(() => 1);
  const code = await Promise.race([once(child, 'exit').then(([status]) => Number(status ?? 1)), failed]);
  return code === 0;
}

async function timeOf(file: string): Promise<number | null> {
  return await stat(new URL(file, import.meta.url)).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
