import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** The header in which the gateway tells the consent subgraph who is behind a request. */
export const CALLER_HEADER = 'x-sudare-caller';

/** `client` of the gateway's own reads of consent states. */
export const GATEWAY_CLIENT = 'sudare-gateway';

/** Who a request to the consent subgraph is made for, as the gateway has verified it. */
export interface CallerClaims {
  readonly client: string;
  /** Full subject id of the verified end user, `user:u_7`. */
  readonly endUser: string | null;
  /** Who operates the client; goes on record. */
  readonly actor: string | null;
  /** Purposes whose consents the client may write for others; a key covers its descendants, `*` all. */
  readonly consentWrite: readonly string[];
  /** Id of the policy revision in force at the gateway; goes on record. */
  readonly policyRevision?: string | undefined;
  /** From when on use of the services counts as consent to that revision, in ms since the epoch. */
  readonly useCountsFrom?: number | undefined;
}

const AUDIENCE = 'sudare-consent';
const TYPE = 'sudare-caller+jwt';
const LIFETIME_SECONDS = 60;
/** How far two machines' clocks may be apart. */
const CLOCK_TOLERANCE_SECONDS = 5;
const MIN_KEY_BYTES = 32;

const claimsSchema = z.object({
  client: z.string().min(1),
  endUser: z.string().min(1).nullable(),
  actor: z.string().min(1).nullable(),
  consentWrite: z.array(z.string()),
  policyRevision: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  useCountsFrom: z.number().optional(),
});

/**
 * Signs who is calling, valid for one minute, for the consent subgraph alone (RFC 7519, HS256).
 * `now`: ms since the epoch. Throws `TypeError` for a key under 32 bytes (RFC 7518 §3.2).
 */
export async function signCallerToken(
  key: Uint8Array,
  claims: CallerClaims,
  now = Date.now(),
): Promise<string> {
  const issued = Math.floor(now / 1000);
  return await new SignJWT({
    client: claims.client,
    endUser: claims.endUser,
    actor: claims.actor,
    consentWrite: [...claims.consentWrite],
    policyRevision: claims.policyRevision,
    useCountsFrom: claims.useCountsFrom,
  })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setAudience(AUDIENCE)
    .setIssuedAt(issued)
    .setExpirationTime(issued + LIFETIME_SECONDS)
    .sign(longEnough(key));
}

/** Checks a token of `signCallerToken`; throws where anything about it is not exactly as signed there. */
export async function verifyCallerToken(key: Uint8Array, token: string): Promise<CallerClaims> {
  const { payload } = await jwtVerify(token, longEnough(key), {
    algorithms: ['HS256'],
    typ: TYPE,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'iat'],
    maxTokenAge: LIFETIME_SECONDS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  });
  return claimsSchema.parse(payload);
}

function longEnough(key: Uint8Array): Uint8Array {
  if (key.byteLength >= MIN_KEY_BYTES) return key;
  throw new TypeError(`The caller key must be at least ${MIN_KEY_BYTES} bytes long.`);
}
