/** An exception of Article 7 that lifts consent, as the verified token states it. */
export interface Ground {
  /** A key of the policy's `grounds`, e.g. `authority`. */
  readonly kind: string;
  /** The case it rests on, e.g. a warrant's number; goes to the audit. */
  readonly reference: string;
  /** Milliseconds since the epoch; at or after it the ground no longer holds. */
  readonly expires: number;
  /** Subject ids (`user:u_1`) that the ground names; nobody else is covered. */
  readonly subjects: readonly string[];
}

/**
 * One request's caller, already checked against the client registry: everything a decision may depend on
 * besides the rule and the subject.
 */
export interface Caller {
  readonly client: string;
  /** The declared purpose; `null` when none was declared, which denies every personal field. */
  readonly purpose: string | null;
  /** A key of the policy's recipients: `internal`, `group`, `third_party.acme`, … */
  readonly recipient: string;
  /** The verified end user's subject id, e.g. `user:u_7`. */
  readonly endUser: string | null;
  /** Who operates the client, for the audit. */
  readonly actor: string | null;
  readonly ground: Ground | null;
}
