/** The header in which the gateway tells every subgraph what a request is made for. */
export const CONTEXT_HEADER = 'x-sudare-context';

/** Of the signed text (RFC 7515, `typ`): a token of another kind is never taken for one. */
export const CONTEXT_TYPE = 'sudare-context+jwt';

/** How long one is good for, in seconds. */
export const CONTEXT_SECONDS = 60;

/** What a request to a subgraph is made for, as the gateway has verified it. Nobody's personal data. */
export interface SubgraphContext {
  /** The calling app, as the policy registers it. */
  readonly client: string;
  /** What the answer will be used for; `null`: nothing was declared, so that no personal field is shown. */
  readonly purpose: string | null;
  /** Who receives the answer: `internal`, `third_party.acme`, … */
  readonly recipient: string;
  /** Id of the policy revision in force at the gateway. */
  readonly policyRevision: string;
  /** The request's id, that of its trace (W3C Trace Context), by which logs and the access record know it too. */
  readonly requestId: string;
}
