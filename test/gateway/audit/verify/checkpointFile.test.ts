import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoints } from '../../../../gateway/audit/verify/checkpointFile.ts';
import type { Finding } from '../../../../gateway/audit/verify/finding.ts';

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

const read = async (lines: readonly string[]) => {
  const file = join(folder, 'checkpoints.jws');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  const findings: Finding[] = [];
  const keys = [ours.publicKey, older.publicKey];
  const chains = await readCheckpoints([file], keys, (finding) => void findings.push(finding));
  const hashes = [...(chains.get('gw/1')?.get(5) ?? [])].map(({ hash }) => hash);
  return { hashes, invalid: findings.map(({ kind, at }) => [kind, at?.line]) };
};

describe('a checkpoint counts', () => {
  it('where one of the keys signed it', async () => {
    const lines = [
      await signed(ours.privateKey),
      await signed(older.privateKey, { ...CHECKPOINT, hash: 'other' }),
      await signed(ours.privateKey, { ...CHECKPOINT, time: '2026-01-02T00:00:00Z' }),
    ];
    expect(await read(lines)).toEqual({ hashes: ['h', 'other'], invalid: [] });
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
    { name: 'us, and broken off', given: async () => (await signed(ours.privateKey)).slice(0, -9) },
    { name: 'nobody: an empty line', given: async () => await Promise.resolve('') },
  ])('but not if signed by $name', async ({ given }) => {
    const lines = [await signed(ours.privateKey), await given()];
    expect(await read(lines)).toEqual({ hashes: ['h'], invalid: [['checkpoint-invalid', 2]] });
  });
});
