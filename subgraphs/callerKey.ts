import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

const BYTES = 32;

/**
 * The secret, base64, with which the demo's gateway proves to the consent subgraph whom it calls for: the one kept
 * in `file`, else a new random one, which is then kept there, readable by its owner only.
 * @throws Error of the file system when the file cannot be read or written.
 */
export async function readCallerKey(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const bytes = Buffer.from(kept.trim(), 'base64');
  if (bytes.length === BYTES) return bytes.toString('base64');
  const fresh = randomBytes(BYTES).toString('base64');
  await writeFile(file, `${fresh}\n`, { mode: 0o600 });
  return fresh;
}
