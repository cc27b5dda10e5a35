import type { Level } from './decision.ts';

/** One policy, read and checked: what `policy.yaml` says, ready for decisions. Immutable. */
export interface Policy {
  readonly file: string;
  readonly name: string;
  /** Namespace of subject ids whose annotation names none: `user` makes `u_1` into `user:u_1`. */
  readonly namespace: string;
  /** Ascending by `effective`. */
  readonly revisions: readonly Revision[];
  readonly categories: ReadonlyMap<string, Category>;
  readonly purposes: ReadonlyMap<string, Purpose>;
  readonly recipients: ReadonlyMap<string, Recipient>;
  readonly grounds: ReadonlyMap<string, GroundTerms>;
  readonly masks: ReadonlyMap<string, NamedMask>;
  /** Constants of custom scalars by GraphQL type name, e.g. `DateTime` → `1970-01-01T00:00:00Z`. */
  readonly scalars: ReadonlyMap<string, string | number | boolean>;
  readonly clients: ReadonlyMap<string, Client>;
  /** Acquisition channels of joint use (Article 5): key → the policy's words. `collectionMethods` of a subject are such keys. */
  readonly channels: ReadonlyMap<string, string>;
  /** Ways of collection (Article 3): key → the policy's words. */
  readonly collection: ReadonlyMap<string, string>;
  /** Who answers for the data, and where to complain (Articles 1, 6, 10). */
  readonly controllers: readonly Party[];
  readonly officer: Party;
  readonly contact: Party;
}

/** A controller, the officer in charge or the place to complain to. `address` is `unknown` where the text states none. */
export interface Party {
  readonly article: string;
  readonly name: string;
  readonly address: string;
}

/** One date of the policy's end. What the text does not state is `unknown`. Times: ms since the epoch, UTC. */
export interface Revision {
  /** The date as written, `2020-05-08`; names the revision in answers and in the audit. */
  readonly id: string;
  readonly effective: number;
  readonly significant: boolean | 'unknown';
  readonly notified: number | null | 'unknown';
}

export interface Category {
  readonly key: string;
  readonly article: string;
  /** Whether a specific individual can be identified by it (Article 2). */
  readonly identifying: boolean;
  /** Never disclosed, whatever purpose, consent or ground (passwords, whole card numbers). */
  readonly never: boolean;
  /** Name of the mask shown at level `masked`; a key of `Policy.masks`. */
  readonly mask: string;
  /** Shape of the constant shown when denied. */
  readonly format: 'text' | 'email' | 'url' | 'ip' | 'phone';
  readonly dpv: string;
  readonly collected: readonly string[];
}

/** A mask with its parameters, under the name that annotations and categories use. */
export interface NamedMask {
  readonly name: string;
  /** The mask's implementation in `policies/masks/`, e.g. `partial`. */
  readonly kind: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Why a purpose may be served to a recipient. `self`: a right of the data subject (Article 8), served to the
 * verified end user about themself and to nobody else.
 */
export type Basis = 'notified' | 'consent' | 'ground' | 'self';

export interface Purpose {
  readonly key: string;
  readonly article: string;
  /** The policy's own words. */
  readonly text: string;
  readonly dpv: string;
  /** Date the purpose has existed since, ISO, or `unknown`. */
  readonly since: string;
  /** Whether callers may declare it: it has a basis for some recipient. */
  readonly declarable: boolean;
  /** Whether the subject may object to it, and whether suspending use stops it. */
  readonly objectable: boolean;
  readonly suspendable: boolean;
  /** Lawful basis by recipient key; a key covers its dotted descendants, nearest wins. */
  readonly basis: ReadonlyMap<string, Basis>;
  /** Level by category key; a key covers its dotted descendants, nearest wins. */
  readonly levels: ReadonlyMap<string, Level>;
  /** Categories that may be searched or ordered by under this purpose. */
  readonly lookups: readonly string[];
  /** `masked`: a consent-type denial shows the mask instead of the constant, to internal recipients only. */
  readonly fallback: 'masked' | null;
  /** Joint use: acquisition channels a subject must have been acquired by; `null` where it does not matter. */
  readonly channels: readonly string[] | null;
}

export interface Recipient {
  readonly key: string;
  readonly kind: 'internal' | 'group' | 'processor' | 'authority' | 'third_party' | 'advertiser';
  readonly name: string;
  readonly article: string;
  /** Where a person opts out at the recipient itself: a URL, or `unknown` where the policy gives none; `null`: no such page is due. */
  readonly optOut: string | null;
}

/** What a ground of Article 7 reaches. */
export interface GroundTerms {
  readonly key: string;
  readonly article: string;
  readonly purposes: readonly string[];
  readonly categories: readonly string[];
  readonly recipients: readonly string[];
}

/** A registered calling app. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly recipients: readonly string[];
  /** Purposes it may declare; a key covers its descendants. */
  readonly purposes: readonly string[];
  /** Grounds it may invoke, by key. */
  readonly grounds: readonly string[];
  /** Purposes whose consents it may write for others; a key covers its descendants, `*` all. */
  readonly consentWrite: readonly string[];
  /** Whether it may send personal inputs to mutations. */
  readonly write: boolean;
}
