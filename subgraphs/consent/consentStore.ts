import type { ConsentDatabase } from './database.ts';
import type { GrantedLease } from './grantedLease.ts';
import type { Outbox } from './outbox.ts';

/** What the consent subgraph works with. */
export interface ConsentStore {
  readonly database: ConsentDatabase;
  /** Takes back what gateways keep; `null` where they keep nothing. */
  readonly outbox: Outbox | null;
  /** The policy revision that goes on record where no gateway tells of one. */
  readonly policyRevision: string | null;
  /** How long a gateway may keep a state that no writer has taken back, in ms. */
  readonly leaseMs: number;
  /** What of that is granted to whom. */
  readonly lease: GrantedLease;
  readonly now: () => number;
  /** How long the answer to a request under Article 8 may take, in ms. */
  readonly requestTermMs: number;
  /** Whether the gateways' access record comes here. */
  readonly takesAccesses: boolean;
  /** What gateways write in the access record where they have no reference; `null`: their key is not known here. */
  readonly keyedReference: ((subject: string) => string) | null;
  /** Is told of failures that no answer shows; they may quote values. */
  readonly onError: (error: unknown) => void;
}
