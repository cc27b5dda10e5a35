import { writeFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** Keys that sign callers' tokens, in a file that gateways follow. */
export interface TokenKeys {
  readonly file: string;
  readonly issuer: string;
  readonly audience: string;
  /** A token of a client, signed by the key of now; the same as long as that stays. */
  readonly tokenOf: (client: string) => Promise<string>;
  /**
   * As issuers rotate: the new key is published beside the old one, after a while tokens are signed by it, and after
   * another, by which no token of the old one is on its way any more, the old one is taken away.
   */
  readonly rotate: (noticed: () => Promise<void>, settled: () => Promise<void>) => Promise<void>;
}

/** Makes keys and writes their public halves. */
export async function makeTokenKeys(file: string): Promise<TokenKeys> {
  const issuer = 'https://issuer.example';
  const audience = 'sudare';
  let number = 0;
  const make = async () => {
    number += 1;
    const kid = `k${String(number)}`;
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' };
    return { kid, jwk, privateKey: pair.privateKey, tokens: new Map<string, Promise<string>>() };
  };
  const write = async (keys: readonly JWK[]): Promise<void> =>
    await writeFile(file, JSON.stringify({ keys }));
  let current = await make();
  await write([current.jwk]);

  return {
    file,
    issuer,
    audience,
    async tokenOf(client) {
      const { tokens, kid, privateKey } = current;
      let token = tokens.get(client);
      if (token === undefined) {
        token = new SignJWT({ client_id: client })
          .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime('2h')
          .sign(privateKey);
        tokens.set(client, token);
      }
      return await token;
    },
    async rotate(noticed, settled) {
      const next = await make();
      await write([current.jwk, next.jwk]);
      await noticed();
      current = next;
      await settled();
      await write([next.jwk]);
    },
  };
}
