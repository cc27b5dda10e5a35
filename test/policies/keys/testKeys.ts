import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';

/** A key pair of a test, and how it is told of. */
export interface TestKey {
  readonly privateKey: CryptoKey;
  /** The public half, with `kid` where it has one. */
  readonly jwk: JWK;
  readonly pem: string;
  readonly alg: string;
  readonly sign: (payload: JWTPayload, header?: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Makes a key pair; `kid` stands in the JWK and in the tokens that it signs. */
export async function testKey(alg = 'ES256', kid?: string): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid === undefined ? {} : { kid };
  return {
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), ...named },
    pem: await exportSPKI(publicKey),
    alg,
    sign: async (payload, header = {}) =>
      await new SignJWT(payload).setProtectedHeader({ ...named, ...header, alg }).sign(privateKey),
  };
}
