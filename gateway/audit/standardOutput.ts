import type { AuditSink } from './auditSink.ts';

/** Writes lines to standard output; they count as kept once they are written. What becomes of them is for its reader. */
export function standardOutput(): AuditSink {
  // Told by the write that fails; without a listener a reader that goes away would end the process.
  process.stdout.on('error', () => undefined);
  return {
    append: async (lines) =>
      await new Promise<void>((resolve, reject) => {
        process.stdout.write(`${lines.join('\n')}\n`, (error) => (error == null ? resolve() : reject(error)));
      }),
  };
}
