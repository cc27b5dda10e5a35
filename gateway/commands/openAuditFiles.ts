import { appendFile } from 'node:fs/promises';
import { auditFile } from '../audit/auditFile.ts';
import { readSigningKey } from '../audit/checkpointKeys.ts';
import { standardOutput } from '../audit/standardOutput.ts';
import type { Config } from '../config/sections.ts';
import type { SudareOptions } from '../sudare.ts';

/**
 * Opens the files of the access record. Better to hear at the start that nothing can be recorded than with each
 * request, which is then refused.
 *
 * @throws Error that says which flag cannot be served.
 */
export async function openAuditFiles(
  config: Config['audit'],
): Promise<Required<Pick<SudareOptions, 'auditSink' | 'audit'>>> {
  const { file, mode, flushMs, writer, checkpoints, signingKey: keyFile } = config;
  if (file !== null) await checkAppending('audit-file', file);
  if (checkpoints !== null) await checkAppending('audit-checkpoints', checkpoints);
  return {
    auditSink: file === null ? standardOutput() : auditFile(file),
    audit: {
      mode,
      flushMs,
      ...(writer === null ? {} : { writer }),
      ...(checkpoints === null || keyFile === null
        ? {}
        : { checkpoints: { file: checkpoints, key: await signingKey(keyFile) } }),
    },
  };
}

async function checkAppending(flag: string, file: string): Promise<void> {
  await appendFile(file, '', { mode: 0o600 }).catch((error: unknown) => {
    throw new Error(`--${flag} ${file}: expected a file that can be appended to${codeOf(error)}.`);
  });
}

async function signingKey(file: string) {
  return await readSigningKey(file).catch((error: unknown) => {
    throw new Error(`--audit-signing-key ${error instanceof Error ? error.message : String(error)}`);
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}
