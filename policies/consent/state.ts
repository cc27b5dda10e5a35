/** All that is known of one data subject's permissions. Times are milliseconds since the epoch. */
export interface ConsentState {
  readonly subject: string;
  readonly suspended: boolean;
  readonly lastServiceUse: number | null;
  /** How the subject's data was acquired; keys of the policy's acquisition channels. */
  readonly collectionMethods: readonly string[];
  readonly entries: readonly ConsentEntry[];
  /**
   * What stands for the subject in the access record: random, and forgotten by the source when the subject is erased.
   * `null`: the source gives none. Decisions do not depend on it.
   */
  readonly reference: string | null;
}

/**
 * The latest event for one purpose and recipient; `recipient: null` speaks for any recipient. Beside a `GIVEN` that
 * expires there may be the denial of the same purpose and recipient that it lifts until then.
 */
export interface ConsentEntry {
  readonly purpose: string;
  readonly recipient: string | null;
  readonly state: 'GIVEN' | 'REFUSED' | 'WITHDRAWN' | 'OBJECTED';
  readonly at: number;
  readonly expiresAt: number | null;
}

/**
 * What a decision is given about a subject.
 * `unresolved`: no subject id could be found in the data, which is not permission.
 * `unavailable`: the id is known but its consent state could not be read, which is not permission either.
 */
export type SubjectState =
  | { readonly kind: 'unresolved' }
  | { readonly kind: 'unavailable'; readonly subject: string }
  | { readonly kind: 'known'; readonly subject: string; readonly state: ConsentState };
