import { open } from 'node:fs/promises';
import type { AuditSink } from './audit.ts';

/** Bytes of lines that may wait for the disk; what comes beyond them is not taken. */
const MAX_WAITING = 64 * 1024 * 1024;

const LINE_END = 0x0a;

/** A line on its way, and whom to tell. */
interface Waiting {
  readonly line: Buffer;
  readonly kept: () => void;
  readonly lost: (error: unknown) => void;
}

/**
 * Appends lines to an NDJSON file, for its owner alone. Lines that come while others are being written are written
 * together after them. The file is opened for each write: it may be moved away at any time, as log rotation does, and
 * there is nothing to close.
 *
 * INVARIANT: a line counts as kept once all of it is in the file, and then stands on a line of its own
 * (test/gateway/auditFile.test.ts).
 */
export function auditFile(file: string): AuditSink {
  let waiting: Waiting[] = [];
  let size = 0;
  let isWriting = false;
  let isTorn = false;

  async function writeWaiting(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      // A line that broke off is ended first.
      const before = Buffer.alloc(isTorn ? 1 : 0, LINE_END);
      const bytes = Buffer.concat([before, ...group.map(({ line }) => line)]);
      const { written, error } = await append(file, bytes);
      if (written > 0) isTorn = bytes[written - 1] !== LINE_END;
      let end = before.length;
      for (const { line, kept, lost } of group) {
        size -= line.length;
        end += line.length;
        if (end <= written) kept();
        else lost(error);
      }
    }
    isWriting = false;
  }

  return async (text) => {
    const line = Buffer.from(`${text}\n`);
    if (size + line.length > MAX_WAITING) throw new Error('The access record is not written fast enough.');
    size += line.length;
    await new Promise<void>((kept, lost) => {
      waiting.push({ line, kept, lost });
      if (!isWriting) void writeWaiting();
    });
  };
}

interface Appended {
  /** Bytes that are in the file for certain. */
  readonly written: number;
  /** Why they are not all of them. */
  readonly error: unknown;
}

/** Never rejects. */
async function append(file: string, bytes: Buffer): Promise<Appended> {
  let written = 0;
  try {
    const handle = await open(file, 'a', 0o600);
    try {
      while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
    } catch (error) {
      await handle.close();
      return { written, error };
    }
    // Some file systems tell only now that nothing was kept.
    await handle.close();
    return { written, error: null };
  } catch (error) {
    return { written: 0, error };
  }
}
