import { writeFile } from 'node:fs/promises';
import { configDocs, configJsonSchema } from './configDocs.ts';

/**
 * Writes docs/configuration.md and sudare.schema.json from the sections: `node gateway/config/writeReference.ts`. A test
 * compares.
 */
export async function writeReference(): Promise<void> {
  await writeFile(new URL('../../docs/configuration.md', import.meta.url), configDocs());
  await writeFile(new URL('sudare.schema.json', import.meta.url), configJsonSchema());
}

if (import.meta.main) await writeReference();
