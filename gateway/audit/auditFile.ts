import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, realpath, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
    attempt: async () => await attempt(file),
  };
}

/** What an attempt writes, in bytes: about a thousand lines, so that what is hardly less full than before is still full. */
const ATTEMPTED = 1024 * 1024;

/**
 * Tries whether a file could take lines, beside it: into the record itself goes nothing that is no line, nor one of what
 * did not happen. A disk that is full opens files, and takes a few bytes where a block has room, so that only bytes show
 * it, as many as lines need and of a kind that no file system makes smaller.
 */
async function attempt(file: string): Promise<void> {
  const there = await place(file);
  const folder = dirname(there);
  const found = await statOf(there);
  if (found !== null) {
    // A device or a pipe has nothing beside it that says anything of it.
    if (!found.isFile() && !found.isDirectory()) return;
    await using _record = await open(there, constants.O_WRONLY | constants.O_APPEND);
    // So it is where the record alone is mounted.
    if ((await stat(folder)).dev !== found.dev) return;
  }
  const beside = join(folder, `.${basename(there)}.attempt`);
  try {
    await rm(beside, { force: true });
    // A new one: a link that somebody left there is not followed.
    await using handle = await open(beside, 'wx', 0o600);
    await handle.writeFile(randomBytes(ATTEMPTED));
    await handle.datasync();
  } catch (error) {
    // That the folder takes no other files says nothing of a record that can be opened.
    if (found === null || !NOT_ALLOWED.has(codeOf(error))) throw error;
  } finally {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

const NOT_ALLOWED: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Where a link leads to; the name itself where nothing is there yet. */
async function place(file: string): Promise<string> {
  return await realpath(file).catch(() => file);
}

async function statOf(file: string): Promise<Stats | null> {
  try {
    return await stat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
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
