import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair } from 'jose';

/** Where the keys of the Docker demo are kept; git ignores it. */
export const COMPOSE_KEYS: string = fileURLToPath(new URL('../.sudare/compose', import.meta.url));

/** The algorithm of the demo's tokens. */
export const TOKEN_ALGORITHM = 'ES256';

/**
 * Makes what `docker-compose.yml` asks for, for trying it out: random secrets in `env` (for
 * `docker compose --env-file`), a key that signs callers' tokens in `signing-key.json`, and its public half in
 * `jwks.json`, by which the gateway knows them. In earnest an identity provider signs, and no one else has the key.
 *
 * @param directory made where it is missing. Existing keys stay: tokens and the database's password depend on them.
 * @returns whether the keys were made, or were there before.
 * @throws Error of the file system when the directory or a file cannot be written.
 */
export async function makeComposeKeys(directory: string): Promise<'made' | 'kept'> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = await generateKeyPair(TOKEN_ALGORITHM, { extractable: true });
  const kid = randomBytes(6).toString('hex');
  const jwk = { ...(await exportJWK(publicKey)), alg: TOKEN_ALGORITHM, use: 'sig', kid };
  const env = [
    `SUDARE_CALLER_KEY=${randomBytes(32).toString('base64')}`,
    `SUDARE_CACHE_KEY=${randomBytes(32).toString('base64')}`,
    `POSTGRES_PASSWORD=${randomBytes(24).toString('hex')}`,
    `SUDARE_JWKS=${join(directory, 'jwks.json')}`,
  ];
  try {
    // First, and only where there is none: whoever comes second keeps everything as it is.
    const signing = `${JSON.stringify({ ...(await exportJWK(privateKey)), alg: TOKEN_ALGORITHM, kid }, null, 2)}\n`;
    await writeFile(join(directory, 'signing-key.json'), signing, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return 'kept';
    throw error;
  }
  // The gateway's container reads the public half as another user.
  await writeFile(join(directory, 'jwks.json'), `${JSON.stringify({ keys: [jwk] }, null, 2)}\n`, {
    mode: 0o644,
  });
  await writeFile(join(directory, 'env'), `${env.join('\n')}\n`, { mode: 0o600 });
  return 'made';
}

if (import.meta.main) {
  const outcome = await makeComposeKeys(COMPOSE_KEYS);
  process.stdout.write(
    `${outcome === 'made' ? 'Made keys in' : 'Kept the keys in'} ${COMPOSE_KEYS}. Now:\n\n` +
      `  docker compose --env-file ${join(COMPOSE_KEYS, 'env')} up --build --wait\n`,
  );
}
