import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { COMPOSE_KEYS, TOKEN_ALGORITHM } from './makeComposeKeys.ts';
import { readFlags } from './readFlags.ts';

/** Who signs the demo's tokens, as `docker-compose.yml` tells the gateway. */
export const TOKEN_ISSUER = 'sudare-demo';

/** For whom they are signed. */
export const TOKEN_AUDIENCE = 'sudare';

/** Whom a demo token is for. */
export interface DemoTokenOptions {
  /** A client of the policy's registry, e.g. `mail-campaign`. */
  readonly client: string;
  /** Subject id of the signed-in person, e.g. `user:u_1`. */
  readonly endUser: string | null;
}

const USAGE = `Usage: npm run --silent docker:token -- CLIENT [--end-user user:u_1]
CLIENT is one of the policy's clients, for example mail-campaign.
`;

/**
 * Signs a token for the Docker demo's gateway, valid for one hour, as an identity provider would.
 *
 * @param directory what `makeComposeKeys` filled.
 * @throws Error of the file system when there is no key yet.
 */
export async function makeDemoToken(
  directory: string,
  { client, endUser }: DemoTokenOptions,
): Promise<string> {
  const jwk: unknown = JSON.parse(await readFile(join(directory, 'signing-key.json'), 'utf8'));
  if (typeof jwk !== 'object' || jwk === null) throw new Error('signing-key.json holds no key; delete it.');
  const kid = 'kid' in jwk && typeof jwk.kid === 'string' ? jwk.kid : '';
  return await new SignJWT({ client_id: client, ...(endUser === null ? {} : { end_user: endUser }) })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid, typ: 'at+jwt' })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importJWK(jwk, TOKEN_ALGORITHM));
}

/** @returns the exit code: 0 with the token on standard output, 1 without keys, 2 for a wrong command line. */
async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args, { withValue: ['end-user'], withoutValue: ['help'], mostWords: 1 });
  const [client] = flags.kind === 'flags' ? flags.words : [];
  if (flags.kind === 'wrong' || (client === undefined && !flags.values.has('help'))) {
    process.stderr.write(flags.kind === 'wrong' ? `${flags.message}\n${USAGE}` : USAGE);
    return 2;
  }
  if (client === undefined || flags.values.has('help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const endUser = flags.values.get('end-user') ?? null;
    process.stdout.write(`${await makeDemoToken(COMPOSE_KEYS, { client, endUser })}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    process.stderr.write(`There is no key to sign with in ${COMPOSE_KEYS}; first: npm run docker:keys\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
