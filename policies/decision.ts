/** What a policy grants of a category: the value itself, or its mask. */
export type Level = 'full' | 'masked';

/** Reasons of the rows of the decision table that depend on the caller's profile alone, in the table's order. */
export const STATIC_DENIALS = [
  'PURPOSE_MISSING',
  'NEVER_DISCLOSED',
  'RECIPIENT_BARRED',
  'PURPOSE_DENIED',
  'GROUND_NOT_COVERED',
  'PURPOSE_NOT_ALLOWED',
  'CATEGORY_NOT_COVERED',
  'RECIPIENT_NOT_COVERED',
] as const;

/** Reasons of the rows that depend on the data subject, in the table's order. Clients see `NOT_PERMITTED`. */
export const SUBJECT_DENIALS = [
  'SUBJECT_UNRESOLVED',
  'GROUND_OUT_OF_SCOPE',
  'SELF_MISMATCH',
  'CONSENT_UNAVAILABLE',
  'SUSPENDED',
  'OBJECTED',
  'CHANNEL_NOT_COVERED',
  'CONSENT_NOT_GIVEN',
  'CONSENT_REFUSED',
  'CONSENT_WITHDRAWN',
  'CONSENT_EXPIRED',
  'REVISION_NOT_ACCEPTED',
] as const;

export type StaticDenial = (typeof STATIC_DENIALS)[number];
export type SubjectDenial = (typeof SUBJECT_DENIALS)[number];
export type DenialReason = StaticDenial | SubjectDenial;

/** Why something was allowed: the basis that carried it. */
export type AllowReason = 'NOTIFIED' | 'CONSENT' | 'GROUND' | 'SELF';

/**
 * One answer of the decision table. A consent-type denial whose purpose says `fallback: masked` is an
 * `allow` at level `masked` that keeps the denial's reason.
 */
export type Decision =
  | { readonly effect: 'allow'; readonly level: Level; readonly reason: AllowReason | SubjectDenial }
  | { readonly effect: 'deny'; readonly reason: DenialReason };
