import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify } from 'jose';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../../gateway/audit/checkpoints.ts';
import { createLog } from '../../../gateway/log.ts';
import type { ChainHead } from '../../../policies/record/recordLine.ts';

/** A busy machine takes its time. */
const PATIENT = { timeout: 20_000, interval: 20 };

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

let folder: string;
let file: string;
let logged: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-checkpoints-'));
  file = join(folder, 'checkpoints.jws');
  logged = [];
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const start = (everyLines: number, everyMs: number) =>
  createCheckpoints({
    file,
    key: privateKey,
    everyLines,
    everyMs,
    log: createLog(pino({ base: null }, { write: (line: string) => void logged.push(line) })),
  });

const head = (sequence: number, chain = 'gw/1'): ChainHead => ({ chain, sequence, hash: `hash ${sequence}` });

/** Chain, sequence and hash of each checkpoint in the file. */
const written = async (): Promise<readonly string[]> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return await Promise.all(
    text
      .split('\n')
      .slice(0, -1)
      .map(async (jws) => {
        const { payload, protectedHeader } = await compactVerify(jws, publicKey);
        expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'sudare-checkpoint' });
        const { time, ...rest } = Object(JSON.parse(Buffer.from(payload).toString()));
        expect(Date.now() - Date.parse(String(time))).toBeLessThan(60_000);
        return Object.values(rest).join(' ');
      }),
  );
};

describe('a checkpoint is signed', () => {
  it('after so many lines', async () => {
    const checkpoints = start(10, 100_000);
    checkpoints.advanced(head(4), 4);
    checkpoints.advanced(head(9), 5);
    checkpoints.advanced(head(12), 3);
    await expect.poll(written, PATIENT).toEqual(['gw/1 12 hash 12']);
    checkpoints.advanced(head(14), 2);
    await new Promise((next) => setTimeout(next, 30));
    expect(await written()).toHaveLength(1);
    await checkpoints.close();
  });

  it('so long after a line, and not again where there are no new ones', async () => {
    const checkpoints = start(1_000, 20);
    checkpoints.advanced(head(1), 1);
    checkpoints.advanced(head(2), 1);
    await expect.poll(written, PATIENT).toEqual(['gw/1 2 hash 2']);
    await new Promise((next) => setTimeout(next, 60));
    await checkpoints.close();
    expect(await written()).toHaveLength(1);
  });

  it('at the end, of each chain that has new lines', async () => {
    const checkpoints = start(1_000, 100_000);
    checkpoints.advanced(head(7), 7);
    checkpoints.advanced(head(2, 'gw/2'), 2);
    await checkpoints.close();
    expect(await written()).toEqual(['gw/1 7 hash 7', 'gw/2 2 hash 2']);
  });

  it('again where it could not be written, which is counted and logged', async () => {
    await mkdir(file);
    const checkpoints = start(1, 20);
    checkpoints.advanced(head(1), 1);
    await expect.poll(() => checkpoints.failures(), PATIENT).toBeGreaterThan(1);
    expect(logged.join()).toContain('a checkpoint of the access record could not be written');
    checkpoints.advanced(head(2), 1);
    await rmdir(file);
    // One that is under way just then may still be of the head before.
    await expect.poll(async () => (await written()).at(-1), PATIENT).toBe('gw/1 2 hash 2');
    await checkpoints.close();
  });
});
