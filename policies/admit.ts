import type { Caller, Ground } from './caller.ts';
import { covers } from './covers.ts';
import type { Client, Policy } from './policy.ts';

/** What a request says of itself, after its token was verified and before the registry has been asked. */
export interface CallerClaims {
  readonly client: string | null;
  /** The verified end user's subject id, with namespace. */
  readonly endUser: string | null;
  readonly actor: string | null;
  /** The token's ground, in any shape: `{ kind, reference, expires, subjects }` is expected. */
  readonly ground: unknown;
  /** Purposes that the token allows, each with its descendants; `null`: no restriction. */
  readonly purposes: readonly string[] | null;
  readonly purpose: string | null;
  readonly recipient: string | null;
}

/** Why a request is refused outright (DESIGN §4). */
export type RefusalCode =
  | 'UNAUTHENTICATED'
  | 'CLIENT_UNKNOWN'
  | 'PURPOSE_UNKNOWN'
  | 'PURPOSE_NOT_PERMITTED'
  | 'RECIPIENT_REQUIRED'
  | 'RECIPIENT_NOT_PERMITTED'
  | 'GROUND_UNKNOWN'
  | 'GROUND_NOT_PERMITTED'
  | 'GROUND_INCOMPLETE';

/** The caller that decisions are made for, or why there is none. The message says what to do. */
export type Admission =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

/**
 * Checks a request's claims against the client registry, in the order of the codes. A missing purpose is no
 * refusal: personal fields are then denied one by one. `now` is in ms since the epoch. Total: claims that
 * cannot even be read are refused.
 */
export function admit(policy: Policy, claims: CallerClaims, now: number): Admission {
  try {
    return check(policy, claims, now);
  } catch {
    return refuse(
      'UNAUTHENTICATED',
      'The caller could not be read; expected a verified token with a client id.',
    );
  }
}

/** The purposes that a client may declare under a token, sorted; for discovery and for messages. */
export function declarablePurposes(policy: Policy, client: Client, tokenPurposes: readonly string[] | null) {
  return [...policy.purposes.values()]
    .filter(({ key, declarable }) => declarable && isPermitted(client, tokenPurposes, key))
    .map(({ key }) => key)
    .toSorted();
}

function check(policy: Policy, claims: CallerClaims, now: number): Admission {
  if (typeof claims.client !== 'string' || claims.client === '') {
    return refuse(
      'UNAUTHENTICATED',
      'No client was named; send a verified token that names a registered client.',
    );
  }
  const client = policy.clients.get(claims.client);
  if (client === undefined) {
    return refuse('CLIENT_UNKNOWN', "The client is not registered; add it under 'clients' in the policy.");
  }
  const { purpose, purposes } = claims;
  if (purposes !== null && !Array.isArray(purposes)) {
    return refuse('UNAUTHENTICATED', 'The purposes that the token allows are not a list of keys.');
  }
  if (purpose !== null) {
    const choice = (): string =>
      `This client may declare: ${listed(declarablePurposes(policy, client, purposes))}.`;
    if (policy.purposes.get(purpose)?.declarable !== true) {
      return refuse('PURPOSE_UNKNOWN', `The declared purpose is not one that the policy serves. ${choice()}`);
    }
    if (!isPermitted(client, purposes, purpose)) {
      return refuse(
        'PURPOSE_NOT_PERMITTED',
        `The client or its token may not declare ${purpose}. ${choice()}`,
      );
    }
    if (claims.ground == null && restsOnGroundsAlone(policy, purpose)) {
      return refuse(
        'PURPOSE_NOT_PERMITTED',
        `${purpose} can be declared only under a ground; send a token that states one of: ${listed(client.grounds)}.`,
      );
    }
  }
  // Without a purpose every personal field is denied before the recipient is looked at, so any will do.
  const recipient =
    claims.recipient ??
    (client.recipients.length === 1 || purpose === null ? client.recipients[0] : undefined);
  if (recipient === undefined) {
    return refuse(
      'RECIPIENT_REQUIRED',
      `Name who receives the answer, one of: ${listed(client.recipients)}.`,
    );
  }
  if (!client.recipients.includes(recipient) || !policy.recipients.has(recipient)) {
    return refuse(
      'RECIPIENT_NOT_PERMITTED',
      `The client may not receive data for that recipient; expected one of: ${listed(client.recipients)}.`,
    );
  }
  const ground = claims.ground == null ? null : checkGround(policy, client, purpose, claims.ground, now);
  if (ground !== null && 'code' in ground) return ground;
  return {
    ok: true,
    caller: {
      client: client.id,
      purpose,
      recipient,
      endUser: named(claims.endUser),
      actor: named(claims.actor),
      ground,
    },
  };
}

function checkGround(
  policy: Policy,
  client: Client,
  purpose: string | null,
  claimed: unknown,
  now: number,
): Ground | Extract<Admission, { ok: false }> {
  const { kind, reference, expires, subjects } = fieldsOf(claimed);
  const terms = typeof kind === 'string' ? policy.grounds.get(kind) : undefined;
  if (terms === undefined) {
    return refuse(
      'GROUND_UNKNOWN',
      `Expected a ground that the policy has: ${listed([...policy.grounds.keys()])}.`,
    );
  }
  if (!client.grounds.includes(terms.key)) {
    return refuse('GROUND_NOT_PERMITTED', `The client may invoke only: ${listed(client.grounds)}.`);
  }
  if (purpose !== null && !terms.purposes.some((key) => covers(key, purpose))) {
    return refuse(
      'GROUND_NOT_PERMITTED',
      `The ground ${terms.key} serves only: ${listed(terms.purposes)}; declare one of them, or leave the ground out.`,
    );
  }
  if (typeof reference !== 'string' || reference.trim() === '') {
    return refuse('GROUND_INCOMPLETE', "Expected the ground's 'reference', the case it rests on, as text.");
  }
  if (typeof expires !== 'number' || !Number.isFinite(expires)) {
    return refuse('GROUND_INCOMPLETE', "Expected the ground's 'expires' as milliseconds since the epoch.");
  }
  if (!(now < expires)) return refuse('GROUND_INCOMPLETE', 'The ground has expired; ask for a new token.');
  if (!isSubjectList(subjects)) {
    return refuse(
      'GROUND_INCOMPLETE',
      "Expected the ground's 'subjects' as a list of at least one subject id.",
    );
  }
  return { kind: terms.key, reference, expires, subjects: [...subjects] };
}

function isPermitted(client: Client, tokenPurposes: readonly string[] | null, purpose: string): boolean {
  const isCovered = (keys: readonly string[]): boolean => keys.some((key) => covers(key, purpose));
  return isCovered(client.purposes) && (tokenPurposes === null || isCovered(tokenPurposes));
}

function restsOnGroundsAlone(policy: Policy, purpose: string): boolean {
  const bases = policy.purposes.get(purpose)?.basis;
  return bases === undefined || [...bases.values()].every((basis) => basis === 'ground');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isSubjectList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === 'string' && id !== '');
}

function named(text: string | null): string | null {
  return typeof text === 'string' && text !== '' ? text : null;
}

function listed(keys: readonly string[]): string {
  return keys.length === 0 ? 'none' : keys.join(', ');
}

function refuse(code: RefusalCode, message: string): Extract<Admission, { ok: false }> {
  return { ok: false, code, message };
}
