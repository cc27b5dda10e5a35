import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '../../gateway/callers/verifyToken.ts';
import { makeComposeKeys } from '../../subgraphs/makeComposeKeys.ts';
import { makeDemoToken, TOKEN_AUDIENCE, TOKEN_ISSUER } from '../../subgraphs/makeDemoToken.ts';
import { readCompose } from '../compose/composeFile.ts';

describe('the keys of the Docker demo', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sudare-keys-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    { name: 'a client', given: { client: 'mail-campaign', endUser: null } },
    { name: 'a signed-in person', given: { client: 'my-page', endUser: 'user:u_1' } },
  ])('sign tokens for $name that the gateway accepts', async ({ given }) => {
    expect(await makeComposeKeys(directory)).toBe('made');
    const { verify } = await createTokenVerifier({
      keyFile: join(directory, 'jwks.json'),
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
    });
    await expect(verify(await makeDemoToken(directory, given))).resolves.toMatchObject(given);
  });

  it('sign nothing that a gateway with other keys accepts', async () => {
    await makeComposeKeys(join(directory, 'ours'));
    await makeComposeKeys(join(directory, 'theirs'));
    const { verify } = await createTokenVerifier({
      keyFile: join(directory, 'ours', 'jwks.json'),
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
    });
    const token = await makeDemoToken(join(directory, 'theirs'), { client: 'mail-campaign', endUser: null });
    await expect(verify(token)).rejects.toThrow('token');
  });

  it('give docker-compose.yml every variable it asks for', async () => {
    await makeComposeKeys(directory);
    const env = parseEnv(await readFile(join(directory, 'env'), 'utf8'));
    const asked = [...JSON.stringify(await readCompose()).matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(new Set(Object.keys(env))).toEqual(new Set(asked));
    expect(Buffer.from(env['SUDARE_CALLER_KEY'] ?? '', 'base64')).toHaveLength(32);
    expect(env['POSTGRES_PASSWORD']).toMatch(/^[0-9a-f]{48}$/);
  });

  it('stay as they are when made again, and secret ones to their owner', async () => {
    await makeComposeKeys(directory);
    const before = await readFile(join(directory, 'env'), 'utf8');
    expect(await makeComposeKeys(directory)).toBe('kept');
    expect(await readFile(join(directory, 'env'), 'utf8')).toBe(before);
    for (const file of ['env', 'signing-key.json']) {
      expect((await stat(join(directory, file))).mode & 0o077).toBe(0);
    }
    expect(await readFile(join(directory, 'jwks.json'), 'utf8')).not.toContain('"d"');
  });

  it('are asked for where there are none', async () => {
    await expect(makeDemoToken(directory, { client: 'my-page', endUser: null })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
