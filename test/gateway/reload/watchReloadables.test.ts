import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchReloadables, type Reloading } from '../../../gateway/reload/watchReloadables.ts';

let folder = '';
let file = '';
let inForce = '';
let told: string[] = [];
let logged: { readonly level: string; readonly words: unknown; readonly event?: string | undefined }[] = [];
let reloading: Reloading | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-reload-'));
  file = join(folder, 'keys.json');
  await writeFile(file, 'good 1');
  inForce = 'good 1';
  told = [];
  logged = [];
});

afterEach(async () => {
  reloading?.close();
  await rm(folder, { recursive: true });
});

async function start(at = file, text: string | null = 'good 1'): Promise<Reloading> {
  reloading = watchReloadables({
    reloadables: [
      {
        what: 'token-keys',
        file: at,
        text,
        replace: async (next) => {
          await Promise.resolve();
          if (!next.startsWith('good')) throw new Error('expected something good');
          inForce = next;
        },
      },
    ],
    logger: {
      info: (words: unknown) => void logged.push({ level: 'info', words }),
      error: (words: unknown, event?: string) => void logged.push({ level: 'error', words, event }),
    },
    count: (what, outcome) => void told.push(`${what} ${outcome}`),
  });
  await reloading.ready;
  return reloading;
}

async function comes(expected: string): Promise<void> {
  await vi.waitFor(() => expect(inForce).toBe(expected), { timeout: 5_000, interval: 20 });
}

async function isTold(expected: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(told).toEqual(expected), { timeout: 5_000, interval: 20 });
}

describe('what is watched', () => {
  it('is put in force when it changes, and told', async () => {
    await start();
    await writeFile(file, 'good 2');
    await comes('good 2');
    await isTold(['token-keys reloaded']);
    expect(logged).toEqual([{ level: 'info', words: 'token keys reloaded' }]);
  });

  it('is put in force where it changed between loading and watching', async () => {
    await start(file, 'good 0, which the file held before');
    await comes('good 1');
  });

  it('stays as it was while the file is bad, which is told until it is good', async () => {
    await start();
    await writeFile(file, 'bad');
    await isTold(['token-keys refused']);
    expect(inForce).toBe('good 1');
    expect(logged).toEqual([
      {
        level: 'error',
        words: { file, problem: 'expected something good' },
        event: 'token keys not reloaded; the old one stays in force',
      },
    ]);

    await writeFile(file, 'bad again');
    await isTold(['token-keys refused', 'token-keys refused']);

    await writeFile(file, 'good 1');
    await isTold(['token-keys refused', 'token-keys refused', 'token-keys reloaded']);
  });

  it('stays as it was while the file is away, and is told when it is back, be it unchanged', async () => {
    await start();
    await unlink(file);
    await isTold(['token-keys refused']);
    expect(inForce).toBe('good 1');
    expect(JSON.stringify(logged)).toContain('ENOENT');
    await writeFile(file, 'good 1');
    await isTold(['token-keys refused', 'token-keys reloaded']);
  });

  it('stays as it was while the file is no UTF-8', async () => {
    await start();
    await writeFile(file, Uint8Array.of(0x67, 0x6f, 0x6f, 0x64, 0xff));
    await isTold(['token-keys refused']);
    expect(inForce).toBe('good 1');
  });

  it('follows what Kubernetes does with a mounted ConfigMap, again and again', async () => {
    const at = join(folder, 'mounted', 'keys.json');
    await mkdir(join(folder, 'mounted'));
    const revise = async (revision: string): Promise<void> => {
      const data = join(folder, 'mounted', `..${revision}`);
      await mkdir(data);
      await writeFile(join(data, 'keys.json'), revision);
      await symlink(`..${revision}`, join(folder, 'mounted', '..data_tmp'));
      await rename(join(folder, 'mounted', '..data_tmp'), join(folder, 'mounted', '..data'));
    };
    await revise('good 1');
    await symlink(join('..data', 'keys.json'), at);
    await start(at);
    for (const revision of ['good 2', 'good 3']) {
      await revise(revision);
      await comes(revision);
    }
    expect(told).toEqual(['token-keys reloaded', 'token-keys reloaded']);
  });

  it.each([
    { name: 'bad', text: 'bad' },
    { name: 'not there', text: null },
  ])('is not said to stay where there was none before: a file that is $name', async ({ text }) => {
    await (text === null ? unlink(file) : writeFile(file, text));
    await start(file, null);
    await isTold(['token-keys refused']);
    await writeFile(file, 'good 1');
    await isTold(['token-keys refused', 'token-keys reloaded']);
    await writeFile(file, 'bad');
    await isTold(['token-keys refused', 'token-keys reloaded', 'token-keys refused']);
    expect(logged.map(({ event }) => event)).toEqual([
      'token keys not loaded; there is none in force',
      undefined,
      'token keys not reloaded; the old one stays in force',
    ]);
  });

  it('is let be once closed', async () => {
    const started = await start();
    started.close();
    await writeFile(file, 'good 2');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(inForce).toBe('good 1');
  });
});
