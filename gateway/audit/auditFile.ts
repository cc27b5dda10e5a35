import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditSink } from './auditSink.ts';

const LINE_END = 0x0a;

/** A file as the last append left it. */
interface Left {
  readonly inode: number;
  readonly size: number;
}

/**
 * Appends lines to an NDJSON file, for its owner alone, and waits until the disk has them. The file is opened for each
 * write: it may be moved away at any time, as log rotation does, and there is nothing to close.
 *
 * INVARIANT: a line counts as kept once all of it is on the disk, and then stands on a line of its own, whatever broke
 * off before it (test/gateway/audit/auditFile.test.ts).
 */
export function auditFile(file: string): AuditSink {
  let left: Left | null = null;

  return {
    async append(lines) {
      await using handle = await open(file, 'a+', 0o600);
      const { ino: inode, size } = await handle.stat();
      const isAsLeft = left !== null && left.inode === inode && left.size === size;
      // What came between, such as a process that ended too early, may not have kept the file's name.
      const isNameInDoubt = size === 0 || left?.inode !== inode;
      left = null;
      // A line that broke off is ended first: of this process, or of one before it.
      const before = size === 0 || isAsLeft || (await endsLine(handle, size)) ? '' : '\n';
      const bytes = Buffer.from(`${before}${lines.join('\n')}\n`);
      let written = 0;
      while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
      await handle.datasync();
      if (isNameInDoubt) await keepName(file);
      left = { inode, size: size + bytes.length };
    },
  };
}

async function endsLine(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === LINE_END;
}

/** A file that is new is found again after a power failure only once its folder is on the disk too. */
async function keepName(file: string): Promise<void> {
  await using folder = await open(dirname(file), 'r');
  await folder.sync();
}
