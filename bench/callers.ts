import { exportSPKI, generateKeyPair, SignJWT } from 'jose';

/** The registered client that all requests come from, and what for: everything personal needs a consent. */
export const CLIENT = 'mail-campaign';
export const PURPOSE = 'marketing.recommendation';

/** Who issues the tokens of the benchmark, and for whom. */
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'sudare-bench';

/** Headers of callers, and the public key (PEM) that the token in one of them was signed for. */
export interface Callers {
  /** Believed, as a gateway behind an authenticating proxy might: it costs what plain gateways pay, nothing. */
  readonly byHeader: Readonly<Record<string, string>>;
  readonly byToken: Readonly<Record<string, string>>;
  readonly publicKey: string;
}

/** Makes a key pair and a token (ES256) that lasts longer than any run. */
export async function createCallers(): Promise<Callers> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({ client_id: CLIENT })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime('1d')
    .sign(privateKey);
  return {
    byHeader: { 'x-client-id': CLIENT, 'x-purpose': PURPOSE },
    byToken: { authorization: `Bearer ${token}`, 'x-purpose': PURPOSE },
    publicKey: await exportSPKI(publicKey),
  };
}
