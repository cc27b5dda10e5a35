import { execFile } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditFile } from '../../../gateway/audit/auditFile.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sudare-audit-'));
  file = join(directory, 'audit.ndjson');
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

const linesOf = async (name: string): Promise<readonly string[]> =>
  (await readFile(name, 'utf8')).split('\n').slice(0, -1);
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`);

const inode = async (): Promise<number> => (await stat(file)).ino;

/** Runs a script in a process of its own, with the file as its argument; what it prints. */
const printed = async (script: string, ...before: readonly string[]): Promise<string> => {
  const [program, ...args] = [
    ...before,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '--eval',
    script,
    file,
  ];
  // What is compiled would be kept, and meet the limits that are for the record.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
  return (await promisify(execFile)(program, args, { env })).stdout.trim();
};

describe('auditFile', () => {
  it('appends lines whole and in order, for its owner alone', async () => {
    const { append } = auditFile(file);
    await append(many(50));
    await append(many(2));
    expect(await linesOf(file)).toEqual([...many(50), ...many(2)]);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('appends to what is there', async () => {
    await appendFile(file, 'before\n');
    await auditFile(file).append(['after']);
    expect(await linesOf(file)).toEqual(['before', 'after']);
  });

  it('writes characters of any length', async () => {
    const lines = ['簾', '🎋', 'é'].map((text) => text.repeat(1_000));
    await auditFile(file).append(lines);
    expect(await linesOf(file)).toEqual(lines);
  });

  it('begins a new file where the old one was moved away', async () => {
    const { append } = auditFile(file);
    await append(['a']);
    await rename(file, `${file}.1`);
    await append(['b']);
    expect([await linesOf(`${file}.1`), await linesOf(file)]).toEqual([['a'], ['b']]);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('ends a line first that broke off in another process', async () => {
    await appendFile(file, 'whole\nbroken o');
    await auditFile(file).append(['a']);
    expect(await linesOf(file)).toEqual(['whole', 'broken o', 'a']);
  });

  it('ends a line first that was cut short meanwhile, or in a file that took the place of its own', async () => {
    const { append } = auditFile(file);
    await append(['abc']);
    await truncate(file, 2);
    await append(['d']);
    expect(await linesOf(file)).toEqual(['ab', 'd']);
    const before = await inode();
    await appendFile(`${file}.new`, 'ab\nde');
    await rename(`${file}.new`, file);
    expect(await inode()).not.toBe(before);
    await append(['f']);
    expect(await linesOf(file)).toEqual(['ab', 'de', 'f']);
  });

  it('tells that nothing could be written, and goes on once it can', async () => {
    const { append } = auditFile(join(directory, 'link', 'audit.ndjson'));
    await expect(append(many(3))).rejects.toThrow('ENOENT');
    await symlink(directory, join(directory, 'link'));
    await append(['b']);
    expect(await linesOf(file)).toEqual(['b']);
  });

  it('says of a disk that fills up that it is not certain, and ends the line that broke off', async () => {
    // The shell limits what a process may write: 1 KB, and the lines have 100 bytes.
    const script = `
      import { truncate } from 'node:fs/promises';
      import { auditFile } from './gateway/audit/auditFile.ts';
      const { append } = auditFile(process.argv[1]);
      const texts = Array.from({ length: 24 }, (_, index) => String(index).padEnd(99, '.'));
      const told = await Promise.allSettled([append(texts.slice(0, 9))]);
      told.push(...(await Promise.allSettled([append(texts.slice(9))])));
      await truncate(process.argv[1], 950);
      await append(['next']);
      console.log(told.map(({ status }) => status).join(' '));
    `;
    expect(await printed(script, 'bash', '-c', 'ulimit -f 1; exec "$@"', 'bash')).toBe('fulfilled rejected');
    const lines = await linesOf(file);
    expect(lines.slice(8).map((line) => line.length)).toEqual([99, 50, 4]);
    expect(lines.at(-1)).toBe('next');
  });

  it('attempts as much as lines need, and leaves nothing behind', async () => {
    const { append, attempt } = auditFile(file);
    await attempt?.();
    expect(await readdir(directory)).toEqual([]);
    await append(['line']);
    await attempt?.();
    expect(await readdir(directory)).toEqual(['audit.ndjson']);
    expect(await linesOf(file)).toEqual(['line']);
  });

  it('an attempt fails where bytes cannot be written, though files can be opened', async () => {
    const script = `
      import { readdir } from 'node:fs/promises';
      import { dirname } from 'node:path';
      import { auditFile } from './gateway/audit/auditFile.ts';
      process.on('SIGXFSZ', () => undefined);
      const { attempt } = auditFile(process.argv[1]);
      const [{ status, reason }] = await Promise.allSettled([attempt()]);
      console.log(status, reason.code, (await readdir(dirname(process.argv[1]))).join());
    `;
    expect(await printed(script, 'bash', '-c', 'ulimit -f 1; exec "$@"', 'bash')).toBe('rejected EFBIG');
  });

  it.each<{ name: string; broken: () => Promise<unknown>; mended: () => Promise<unknown> }>([
    {
      name: 'the folder is gone, as with a disk that is not there',
      broken: async () => await rename(directory, `${directory}-away`),
      mended: async () => await rename(`${directory}-away`, directory),
    },
    {
      name: 'another thing has the record’s name',
      broken: async () => await mkdir(file),
      mended: async () => await rmdir(file),
    },
  ])('an attempt fails where lines do, and no longer: $name', async ({ broken, mended }) => {
    const { append, attempt } = auditFile(file);
    await broken();
    await expect(append(['line'])).rejects.toThrow();
    await expect(attempt?.()).rejects.toThrow();
    await mended();
    await attempt?.();
    await append(['line']);
  });

  it('an attempt goes where the record is, and follows nothing that somebody put in its place', async () => {
    const other = join(directory, 'other');
    await mkdir(other);
    await symlink(join(other, 'audit.ndjson'), file);
    const { append, attempt } = auditFile(file);
    await append(['line']);
    const victim = join(directory, 'victim');
    await writeFile(victim, 'whole');
    await symlink(victim, join(other, '.audit.ndjson.attempt'));
    await attempt?.();
    expect(await readFile(victim, 'utf8')).toBe('whole');
    expect(await readdir(other)).toEqual(['audit.ndjson']);
  });

  it('of what is no file nothing is attempted', async () => {
    await auditFile('/dev/null').attempt?.();
    expect(await readdir('/dev')).not.toContain('.null.attempt');
  });

  it('has lines on the disk before it says so, and the name of a new file', async () => {
    const script = `
      import { open } from 'node:fs/promises';
      import { auditFile } from './gateway/audit/auditFile.ts';
      const handle = await open(process.argv[1], 'a+');
      const calls = [];
      for (const name of ['write', 'datasync', 'sync']) {
        const prototype = Object.getPrototypeOf(handle);
        const original = prototype[name];
        prototype[name] = async function (...args) {
          const result = await original.apply(this, args);
          calls.push(name);
          return result;
        };
      }
      // The second one is as another process that finds the file: the first may have ended before its name was there.
      for (const { append } of [auditFile(process.argv[1]), auditFile(process.argv[1])]) {
        for (const line of ['a', 'b']) {
          await append([line]);
          calls.push('kept');
        }
      }
      console.log(calls.join(' '));
    `;
    expect(await printed(script)).toBe(
      Array.from({ length: 2 }, () => 'write datasync sync kept write datasync kept').join(' '),
    );
  });
});
