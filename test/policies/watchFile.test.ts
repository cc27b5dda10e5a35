import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchFile, type FileWatch } from '../../policies/watchFile.ts';

const WITHIN = { timeout: 5_000, interval: 20 };

let folder = '';
let file = '';
let seen: string[];
let reads: number;
/** Codes that reads end with which meet the file changed, in their order; afterwards it is read. */
let failing: string[];
let watch: FileWatch;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-watch-'));
  file = join(folder, 'file');
  await writeFile(file, 'first');
  [seen, reads, failing] = [[], 0, []];
  watch = watchFile({
    file,
    known: 'first',
    read: async () => {
      const text = await readFile(file, 'utf8');
      reads += 1;
      const code = text === 'first' ? undefined : failing.shift();
      if (code !== undefined) throw new Error(`could not be read (${code})`);
      return text;
    },
    onText: (text) => void seen.push(text),
    onError: ({ message }) => void seen.push(message),
  });
  await watch.ready;
});
afterEach(async () => {
  watch.close();
  await rm(folder, { recursive: true });
});

async function change(text: string): Promise<void> {
  await writeFile(`${file}~`, text);
  await rename(`${file}~`, file);
}

it('reads again what it could not read for a moment, though the file changes no more', async () => {
  failing = ['EMFILE', 'EMFILE'];
  await change('second');
  await vi.waitFor(() => expect(seen).toEqual(['could not be read (EMFILE)', 'second']), WITHIN);
  const settled = reads;
  await sleep(1_300);
  expect(reads).toBe(settled);
});

it('tells each error once, and anew where it was read meanwhile', async () => {
  failing = ['EIO', 'ESTALE', 'ESTALE'];
  await change('second');
  const first = ['could not be read (EIO)', 'could not be read (ESTALE)', 'second'];
  await vi.waitFor(() => expect(seen).toEqual(first), WITHIN);
  failing = ['ESTALE'];
  await change('third');
  await vi.waitFor(() => expect(seen).toEqual([...first, 'could not be read (ESTALE)', 'third']), WITHIN);
});

it('leaves a text alone that was read and is bad', async () => {
  watch.close();
  let tries = 0;
  const bad = watchFile({
    file,
    known: 'first',
    read: async () => await readFile(file, 'utf8'),
    onText: () => {
      tries += 1;
      throw new Error('bad');
    },
    onError: () => undefined,
  });
  await bad.ready;
  await change('second');
  await vi.waitFor(() => expect(tries).toBe(1), WITHIN);
  await sleep(1_300);
  bad.close();
  expect(tries).toBe(1);
});

it('reads nothing once it is closed', async () => {
  failing = Array.from({ length: 100 }, () => 'EIO');
  await change('second');
  await vi.waitFor(() => expect(seen).toHaveLength(1), WITHIN);
  watch.close();
  const before = reads;
  await sleep(1_300);
  expect(reads).toBe(before);
});
