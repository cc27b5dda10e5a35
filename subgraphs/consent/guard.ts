import { GraphQLError } from 'graphql';
import { CALLER_HEADER, GATEWAY_CLIENT, verifyCallerToken } from '../../policies/consent/callerToken.ts';
import type { CallerClaims } from '../../policies/consent/callerToken.ts';

/**
 * Whom this subgraph believes: callers whose token is signed with `key`, or, for development on one machine,
 * everybody.
 */
export type Trust = { readonly kind: 'signed'; readonly key: Uint8Array } | { readonly kind: 'everybody' };

const ANYBODY: CallerClaims = { client: GATEWAY_CLIENT, endUser: null, actor: null, consentWrite: ['*'] };

/** Who calls, by the token in the request's header; `null` where there is none that holds. */
export async function identifyCaller(trust: Trust, header: string | undefined): Promise<CallerClaims | null> {
  if (trust.kind === 'everybody') return ANYBODY;
  if (header === undefined) return null;
  return await verifyCallerToken(trust.key, header).catch(() => null);
}

/**
 * Passes the caller if they may write `subject`'s consent for `purpose` (`null`: what concerns all purposes):
 * the verified end user for themselves, or a client with the right. Throws `CONSENT_WRITE_FORBIDDEN`.
 */
export function mayWrite(caller: CallerClaims | null, subject: string, purpose: string | null): CallerClaims {
  // INVARIANT: nothing is written for anyone without a signed token that says so.
  // Test: test/subgraphs/consent/guard.test.ts, "writes".
  if (caller !== null && (caller.endUser === subject || hasRight(caller, purpose))) return caller;
  throw forbidden(
    'CONSENT_WRITE_FORBIDDEN',
    'write this consent: it takes the data subject or consent:write',
  );
}

/** Passes a client that may write consents of every kind. Throws `CONSENT_WRITE_FORBIDDEN`. */
export function mayWriteAll(caller: CallerClaims | null): CallerClaims {
  if (caller !== null && hasRight(caller, null)) return caller;
  throw forbidden('CONSENT_WRITE_FORBIDDEN', 'write this: it takes consent:write for all purposes');
}

/** Passes a caller who may read something on record for the subject. Throws `CONSENT_READ_FORBIDDEN`. */
export function mayRead(caller: CallerClaims | null, subject: string): CallerClaims {
  if (caller !== null && (caller.endUser === subject || caller.consentWrite.length > 0)) return caller;
  throw forbidden('CONSENT_READ_FORBIDDEN', 'read this record: it takes the data subject or consent:write');
}

/** Whether a caller who passed `mayRead` may see what is on record for this purpose. */
export function seesPurpose(caller: CallerClaims, subject: string, purpose: string | null): boolean {
  return caller.endUser === subject || hasRight(caller, purpose);
}

/** Whether a caller may see who operated clients: that is for those who handle requests, not for the subject. */
export function seesActors(caller: CallerClaims): boolean {
  return hasRight(caller, null);
}

/** Passes the gateway itself, reading states to decide by. Throws `CONSENT_READ_FORBIDDEN`. */
export function mayReadStates(caller: CallerClaims | null): void {
  if (caller?.client === GATEWAY_CLIENT) return;
  throw forbidden('CONSENT_READ_FORBIDDEN', `read consent states: it takes a gateway's token`);
}

/** A right covers its purpose and the descendants of that; only `*` covers what concerns all purposes. */
function hasRight(caller: CallerClaims, purpose: string | null): boolean {
  return caller.consentWrite.some(
    (right) => right === '*' || (purpose !== null && (purpose === right || purpose.startsWith(`${right}.`))),
  );
}

function forbidden(code: string, what: string): GraphQLError {
  return new GraphQLError(`The caller named by the ${CALLER_HEADER} token may not ${what}.`, {
    extensions: { code },
  });
}
