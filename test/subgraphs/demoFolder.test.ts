import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCallerKey } from '../../subgraphs/callerKey.ts';
import { claimFolder } from '../../subgraphs/claimFolder.ts';
import { resetConsents } from '../../subgraphs/resetConsents.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-demo-folder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the caller key', () => {
  it('is 32 random bytes, kept for the next start and from other users', async () => {
    const file = join(folder, 'caller.key');
    const key = await readCallerKey(file);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(await readCallerKey(file)).toBe(key);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await readCallerKey(join(folder, 'other.key'))).not.toBe(key);
  });

  it.each(['', 'c2hvcnQ=', 'not base64 at all'])('is made anew where "%s" stands', async (kept) => {
    const file = join(folder, 'caller.key');
    await writeFile(file, kept);
    expect(Buffer.from(await readCallerKey(file), 'base64')).toHaveLength(32);
  });
});

describe('the claim on a folder', () => {
  it('is refused while a living process has it, and free afterwards', async () => {
    const release = await claimFolder(folder);
    await expect(claimFolder(folder)).rejects.toThrow(
      new RegExp(`process ${String(process.pid)}\\).*--data`),
    );
    await release();
    expect(await readdir(folder)).toEqual([]);
    await (
      await claimFolder(folder)
    )();
  });

  it.each(['4194304', 'nonsense', '', '-1'])(
    'is taken over from "%s", which is no living process',
    async (holder) => {
      await writeFile(join(folder, 'demo.pid'), holder);
      await claimFolder(folder);
      expect(await readFile(join(folder, 'demo.pid'), 'utf8')).toBe(`${String(process.pid)}\n`);
    },
  );
});

describe('resetting the consents', () => {
  it('deletes the database and nothing beside it', async () => {
    await mkdir(join(folder, 'consent', 'base'), { recursive: true });
    await writeFile(join(folder, 'consent', 'PG_VERSION'), '17');
    await writeFile(join(folder, 'caller.key'), 'x');
    await resetConsents(join(folder, 'consent'));
    expect(await readdir(folder)).toEqual(['caller.key']);
  });

  it('is content where nothing is', async () => {
    await resetConsents(join(folder, 'consent'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves alone what is no database, and says so', async () => {
    await mkdir(join(folder, 'consent'));
    await writeFile(join(folder, 'consent', 'thesis.txt'), 'x');
    await expect(resetConsents(join(folder, 'consent'))).rejects.toThrow(
      /there is no database in it.*--data/,
    );
    expect(await readdir(join(folder, 'consent'))).toEqual(['thesis.txt']);
  });
});
