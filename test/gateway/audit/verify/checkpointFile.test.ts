import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../../../gateway/audit/checkpoints.ts';
import { readCheckpoints } from '../../../../gateway/audit/verify/checkpointFile.ts';
import type { Finding } from '../../../../gateway/audit/verify/finding.ts';
import { createLog } from '../../../../gateway/log.ts';

const ours = generateKeyPairSync('ed25519');
const older = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const CHECKPOINT = { chain: 'gw/1', sequence: 5, hash: 'h', time: '2026-01-01T00:00:00Z' };
const HEADER = { alg: 'EdDSA', typ: 'sudare-checkpoint' };

const signed = async (
  key: KeyObject,
  payload: object = CHECKPOINT,
  header: { readonly alg: string; readonly typ?: string } = HEADER,
): Promise<string> =>
  await new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(header).sign(key);

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sudare-checkpoints-'))));
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const read = async (lines: readonly string[]) => await readText(lines.map((line) => `${line}\n`).join(''));

const readText = async (text: string) => {
  const file = join(folder, 'checkpoints.jws');
  await writeFile(file, text);
  const findings: Finding[] = [];
  const keys = [ours.publicKey, older.publicKey];
  const chains = await readCheckpoints([file], keys, (finding) => void findings.push(finding));
  const hashes = [...(chains.get('gw/1')?.get(5) ?? [])].map(({ hash }) => hash);
  return { hashes, found: findings.map(({ kind, at }) => [kind, at?.line]) };
};

describe('a checkpoint counts', () => {
  it('where one of the keys signed it', async () => {
    const lines = [
      await signed(ours.privateKey),
      await signed(older.privateKey, { ...CHECKPOINT, hash: 'other' }),
      await signed(ours.privateKey, { ...CHECKPOINT, time: '2026-01-02T00:00:00Z' }),
    ];
    expect(await read(lines)).toEqual({ hashes: ['h', 'other'], found: [] });
  });

  it.each<{ name: string; given: () => Promise<string> }>([
    { name: 'another key', given: async () => await signed(theirs.privateKey) },
    {
      name: 'another algorithm',
      given: async () => await signed(elliptic.privateKey, CHECKPOINT, { ...HEADER, alg: 'ES256' }),
    },
    {
      name: 'our key, for another use',
      given: async () => await signed(ours.privateKey, CHECKPOINT, { alg: 'EdDSA', typ: 'JWT' }),
    },
    {
      name: 'our key, for a use that is not named',
      given: async () => await signed(ours.privateKey, CHECKPOINT, { alg: 'EdDSA' }),
    },
    {
      name: 'our key, of something else',
      given: async () => await signed(ours.privateKey, { chain: 'gw/1' }),
    },
    {
      name: 'nobody',
      given: async () => {
        const [, payload = ''] = (await signed(ours.privateKey)).split('.');
        return `${Buffer.from('{"alg":"none","typ":"sudare-checkpoint"}').toString('base64url')}.${payload}.`;
      },
    },
    {
      name: 'us, before a character of it was changed',
      given: async () => (await signed(ours.privateKey)).replace(/.{9}$/, 'AAAAAAAAA'),
    },
    {
      name: 'us, with something behind it',
      given: async () => `${await signed(ours.privateKey)}AAAA`,
    },
    {
      name: 'nobody, broken off where a checkpoint of ours could not have been',
      given: async () => (await signed(ours.privateKey, CHECKPOINT, { alg: 'EdDSA' })).slice(0, -9),
    },
    { name: 'nobody: a word', given: async () => await Promise.resolve('nothing') },
    { name: 'nobody: a blank line', given: async () => await Promise.resolve(' ') },
  ])('but not if signed by $name', async ({ given }) => {
    const lines = [await signed(ours.privateKey), await given()];
    expect(await read(lines)).toEqual({ hashes: ['h'], found: [['checkpoint-invalid', 2]] });
  });
});

describe('a checkpoint as the gateway writes it', () => {
  let written: string;
  beforeAll(async () => {
    const file = join(folder, 'written.jws');
    const log = createLog(pino({ level: 'silent' }));
    const checkpoints = createCheckpoints({ file, key: ours.privateKey, everyLines: 1, everyMs: 10, log });
    checkpoints.advanced({ chain: 'gw/1', sequence: 5, hash: 'written' }, 1);
    await checkpoints.close();
    written = (await readFile(file, 'utf8')).trimEnd();
  });

  it('counts without its line end: its signature is whole', async () => {
    expect(await readText(written)).toEqual({ hashes: ['written'], found: [] });
  });

  it('is torn wherever it breaks off, and what is written behind it counts', async () => {
    for (let length = 1; length < written.length; length += 1) {
      const part = written.slice(0, length);
      expect(await readText(part), part).toEqual({ hashes: [], found: [['torn', 1]] });
      const expected = { hashes: ['written'], found: [['torn', 1]] };
      if (length % 20 === 0) expect(await read([part, written]), part).toEqual(expected);
    }
  });

  it('may have an empty line behind it', async () => {
    expect(await read([written, ''])).toEqual({ hashes: ['written'], found: [['empty', 2]] });
  });
});
