import { appendFile } from 'node:fs/promises';
import { auditFile } from '../audit/auditFile.ts';
import type { AuditConfig } from '../audit/auditFlags.ts';
import { readSigningKey } from '../audit/checkpointKeys.ts';
import { standardOutput } from '../audit/standardOutput.ts';
import type { SudareOptions } from '../sudare.ts';

/**
 * Opens the files of the access record. Better to hear at the start that nothing can be recorded than with each
 * request, which is then refused.
 *
 * @throws Error that says which flag cannot be served.
 */
export async function openAuditFiles(
  config: AuditConfig,
): Promise<Required<Pick<SudareOptions, 'auditSink' | 'audit'>>> {
  const { file, mode, flushMs, writer, checkpoints } = config;
  if (file !== null) await checkAppending('audit-file', file);
  if (checkpoints !== null) await checkAppending('audit-checkpoints', checkpoints.file);
  return {
    auditSink: file === null ? standardOutput() : auditFile(file),
    audit: {
      mode,
      flushMs,
      ...(writer === null ? {} : { writer }),
      ...(checkpoints === null
        ? {}
        : { checkpoints: { file: checkpoints.file, key: await signingKey(checkpoints.keyFile) } }),
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
