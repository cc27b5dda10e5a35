import type { CallerClaims } from '../../policies/admit.ts';
import { refusal } from '../errors.ts';
import type { TokenVerifier } from './verifyToken.ts';

/** The header look-up of Apollo's requests: lower-case names, `undefined` or `null` where absent. */
export interface RequestHeaders {
  get(name: string): string | null | undefined;
}

/**
 * Reads who is calling from a request's headers. `peer`: the address of whoever opened the connection, a client or a
 * proxy; `null` or absent where it is not known.
 *
 * @throws a refusal with `UNAUTHENTICATED`.
 */
export type Identify = (headers: RequestHeaders, peer?: string | null) => Promise<CallerClaims>;

/** Headers that decide what an answer shows; answers `Vary` on them. A proxy may tell of certificates in another one. */
export const CALLER_HEADERS = Object.freeze([
  'authorization',
  'client-cert',
  'x-client-cert-subject',
  'x-client-id',
  'x-end-user',
  'x-actor',
  'x-ground',
  'x-purpose',
  'x-recipient',
]);

/** Identifies by a verified bearer token (RFC 6750); headers only narrow what the token allows. */
export function identifyByToken({ verify }: Pick<TokenVerifier, 'verify'>): Identify {
  return async (headers) => {
    const authorization = headers.get('authorization') ?? '';
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw refusal('UNAUTHENTICATED', 'Send a token: "Authorization: Bearer <token>".');
    }
    return { ...(await verify(token)), ...declaredIn(headers) };
  };
}

/** `--dev` alone: believes what the headers say, which is why `--dev` listens on loopback only. */
export const identifyByHeaders: Identify = async (headers) => {
  const client = text(headers, 'x-client-id');
  if (client === null) {
    throw refusal('UNAUTHENTICATED', 'Say which client is calling: "x-client-id: <id of the registry>".');
  }
  return {
    client,
    endUser: text(headers, 'x-end-user'),
    actor: text(headers, 'x-actor'),
    ground: ground(headers),
    purposes: null,
    ...declaredIn(headers),
  };
};

/** What a request says of itself that only narrows what its caller may have. */
export function declaredIn(headers: RequestHeaders): Pick<CallerClaims, 'purpose' | 'recipient'> {
  return { purpose: text(headers, 'x-purpose'), recipient: text(headers, 'x-recipient') };
}

function text(headers: RequestHeaders, name: string): string | null {
  const value = headers.get(name)?.trim() ?? '';
  return value === '' ? null : value;
}

function ground(headers: RequestHeaders): unknown {
  const written = text(headers, 'x-ground');
  if (written === null) return null;
  try {
    return JSON.parse(written) as unknown;
  } catch {
    throw refusal(
      'GROUND_INCOMPLETE',
      'x-ground is no JSON; expected {"kind", "reference", "expires", "subjects"}.',
    );
  }
}
