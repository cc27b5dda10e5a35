import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PolicyError } from '../../policies/loadPolicy.ts';
import { watchPolicy } from '../../policies/watchPolicy.ts';
import { SMALL_POLICY } from './smallPolicy.ts';

const named = (name: string): string => SMALL_POLICY.replace('name: small', `name: ${name}`);

let directory: string;
let file: string;
let seen: string[];
let watch: { close(): void };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sudare-watch-'));
  file = join(directory, 'policy.yaml');
  await writeFile(file, named('first'));
  seen = [];
  watch = start();
  // The first look at the file is what later ones are compared with.
  await new Promise((resolve) => setTimeout(resolve, 300));
});

afterEach(async () => {
  watch.close();
  await rm(directory, { recursive: true });
});

function start(): ReturnType<typeof watchPolicy> {
  return watchPolicy(
    file,
    (policy) => seen.push(policy.name),
    (error) =>
      seen.push(
        error instanceof PolicyError ? `PolicyError ${error.message.split('\n')[0] ?? ''}` : String(error),
      ),
  );
}

it('sees a change that is made as soon as it is ready', async () => {
  for (const name of ['second', 'third', 'fourth']) {
    const before = seen.length;
    watch.close();
    const started = start();
    watch = started;
    await started.ready;
    await writeFile(file, named(name));
    await vi.waitFor(() => expect(seen.slice(before)).toEqual([name]), { timeout: 5_000, interval: 20 });
  }
});

async function sees(expected: readonly unknown[]): Promise<void> {
  await vi.waitFor(() => expect(seen).toEqual(expected), { timeout: 5_000, interval: 20 });
}

it('gives the policy anew when the file is written', async () => {
  await writeFile(file, named('second'));
  await sees(['second']);
});

it('follows editors that replace the file by another, again and again', async () => {
  for (const name of ['second', 'third']) {
    await writeFile(`${file}~`, named(name));
    await rename(`${file}~`, file);
    await vi.waitFor(() => expect(seen.at(-1)).toBe(name), { timeout: 5_000, interval: 20 });
  }
  expect(seen).toEqual(['second', 'third']);
});

it('reports a bad file with its line, and takes the next good one', async () => {
  await writeFile(file, named('second').replace('mask: domain', 'mask: domian'));
  await sees([expect.stringMatching(/^PolicyError .*policy\.yaml:17:\d+: domian is no mask/)]);
  await writeFile(file, named('third'));
  await sees([expect.anything(), 'third']);
});

it('reports a file that goes away, and takes it when it comes back', async () => {
  await unlink(file);
  await sees([expect.stringContaining('cannot be read (ENOENT)')]);
  await writeFile(file, named('second'));
  await sees([expect.anything(), 'second']);
});

it('follows a symbolic link that is switched', async () => {
  watch.close();
  const link = join(directory, 'link.yaml');
  await writeFile(join(directory, 'b.yaml'), named('second'));
  await symlink(file, link);
  file = link;
  watch = start();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await symlink(join(directory, 'b.yaml'), `${link}~`);
  await rename(`${link}~`, link);
  await sees(['second']);
});

it('says nothing of a file whose text stays the same', async () => {
  await writeFile(file, named('first'));
  await new Promise((resolve) => setTimeout(resolve, 700));
  await writeFile(file, named('second'));
  await sees(['second']);
});

it('gives one policy for many quick writes', async () => {
  for (let turn = 0; turn < 20; turn++) await writeFile(file, named(`draft${turn}`));
  await writeFile(file, named('final'));
  await vi.waitFor(() => expect(seen.at(-1)).toBe('final'), { timeout: 5_000, interval: 20 });
  expect(seen.length).toBeLessThan(4);
});

it('is silent once closed', async () => {
  watch.close();
  await writeFile(file, named('second'));
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(seen).toEqual([]);
});
