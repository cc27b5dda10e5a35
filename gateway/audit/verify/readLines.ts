import { open } from 'node:fs/promises';

/** One line of a file. */
export interface FileLine {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  /** Without the line end; of a line that is too long for the record, its beginning. */
  readonly bytes: Buffer;
  /** `false`: the file ends before the line does. */
  readonly ended: boolean;
}

const LINE_END = 0x0a;
const CHUNK = 1024 * 1024;
/** Some more than the longest line that is ever kept: 64 million characters. */
const MAX_LINE = 256 * 1024 * 1024;

/**
 * Reads files line by line, in batches, in memory for a chunk and one line.
 *
 * @throws Error that names the file where one cannot be read.
 */
export async function* readLines(files: readonly string[]): AsyncGenerator<readonly FileLine[]> {
  for (const file of files) {
    await using handle = await open(file, 'r').catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      throw new Error(`${file}: expected a file that can be read${code}.`);
    });
    const rest = createRest();
    let number = 1;
    for (;;) {
      // New each time: lines are parts of it.
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) break;
      const batch: FileLine[] = [];
      let start = 0;
      for (;;) {
        const end = buffer.subarray(0, bytesRead).indexOf(LINE_END, start);
        if (end === -1) break;
        batch.push({ file, number, bytes: rest.before(buffer.subarray(start, end)), ended: true });
        number += 1;
        start = end + 1;
      }
      rest.add(buffer.subarray(start, bytesRead));
      if (batch.length > 0) yield batch;
    }
    const last = rest.before(Buffer.alloc(0));
    if (last.length > 0) yield [{ file, number, bytes: last, ended: false }];
  }
}

/** What has been read of a line that goes on. */
function createRest() {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer): void => {
    if (part.length === 0 || size >= MAX_LINE) return;
    parts.push(part);
    size += part.length;
  };
  return {
    add,
    before(end: Buffer): Buffer {
      if (parts.length === 0) return end;
      add(end);
      const whole = Buffer.concat(parts);
      parts = [];
      size = 0;
      return whole;
    },
  };
}
