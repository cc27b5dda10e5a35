import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditFile } from '../../gateway/auditFile.ts';

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

describe('auditFile', () => {
  it('appends lines whole and in order, for its owner alone', async () => {
    const sink = auditFile(file);
    await Promise.all(many(50).map(sink));
    expect(await linesOf(file)).toEqual(many(50));
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('keeps each line before it says so', async () => {
    const sink = auditFile(file);
    await Promise.all(
      many(50).map(async (line) => {
        await sink(line);
        expect(await linesOf(file)).toContain(line);
      }),
    );
  });

  it('appends to what is there', async () => {
    await appendFile(file, 'before\n');
    await auditFile(file)('after');
    expect(await linesOf(file)).toEqual(['before', 'after']);
  });

  it('writes characters of any length', async () => {
    const lines = ['簾', '🎋', 'é'].map((text) => text.repeat(1_000));
    const sink = auditFile(file);
    await Promise.all(lines.map(sink));
    expect(await linesOf(file)).toEqual(lines);
  });

  it('begins a new file where the old one was moved away', async () => {
    const sink = auditFile(file);
    await sink('a');
    await rename(file, `${file}.1`);
    await sink('b');
    expect([await linesOf(`${file}.1`), await linesOf(file)]).toEqual([['a'], ['b']]);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('tells whose line could not be written, and goes on once it can', async () => {
    const sink = auditFile(join(directory, 'link', 'audit.ndjson'));
    const told = await Promise.allSettled(many(3).map(sink));
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(sink('a')).rejects.toThrow('ENOENT');
    await symlink(directory, join(directory, 'link'));
    await sink('b');
    expect(await linesOf(file)).toEqual(['b']);
  });

  it('takes no more where too much waits already', async () => {
    const sink = auditFile(file);
    const half = 'x'.repeat(40 * 1024 * 1024);
    const first = sink(half);
    await expect(sink(half)).rejects.toThrow('not written fast enough');
    await first;
    await sink('y');
    expect((await linesOf(file)).map((line) => line.length)).toEqual([half.length, 1]);
  });

  it('says of a disk that fills up which lines were kept, and ends the one that broke off', async () => {
    // The shell limits what a process may write: 1 KB, and the lines have 100 bytes.
    const script = `
      import { truncate } from 'node:fs/promises';
      import { auditFile } from './gateway/auditFile.ts';
      const sink = auditFile(process.argv[1]);
      const texts = Array.from({ length: 25 }, (_, index) => String(index).padEnd(99, '.'));
      const told = await Promise.allSettled(texts.map((text) => sink(text)));
      await truncate(process.argv[1], 150);
      await sink('next');
      console.log(told.map(({ status }) => (status === 'fulfilled' ? 'k' : 'l')).join(''));
    `;
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'ulimit -f 1; exec "$@"',
      'bash',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '--eval',
      script,
      file,
    ]);
    // The first line is written alone; nine of the others fit behind it, and a part of the tenth.
    expect(stdout.trim()).toBe(`${'k'.repeat(10)}${'l'.repeat(15)}`);
    const lines = await linesOf(file);
    expect(lines.map((line) => line.length)).toEqual([99, 50, 4]);
    expect(lines[2]).toBe('next');
  });
});
