/** Why a subgraph refuses a request. */
export const CONTEXT_ERROR_CODES = Object.freeze([
  /** The header is not there: somebody called the subgraph, and not the gateway. */
  'CONTEXT_MISSING',
  /** It was signed for another subgraph. */
  'CONTEXT_FOR_ANOTHER',
  /** It was signed too long ago, or clocks differ. */
  'CONTEXT_EXPIRED',
  /** None of the keys signed it, or it is nothing that the gateway signs. */
  'CONTEXT_REFUSED',
  /** The subgraph has no keys to check it with. */
  'CONTEXT_NO_KEYS',
] as const);

export type ContextErrorCode = (typeof CONTEXT_ERROR_CODES)[number];

/**
 * A request that did not come from the gateway, or not as it should. Apollo Server answers it with the status 401 where
 * a context function throws it. The message quotes nothing.
 */
export class ContextError extends Error {
  override readonly name = 'ContextError';
  readonly code: ContextErrorCode;
  /** As GraphQL errors have them. */
  readonly extensions: { readonly code: ContextErrorCode; readonly http: { readonly status: number } };

  constructor(code: ContextErrorCode, message: string) {
    super(message);
    this.code = code;
    this.extensions = { code, http: { status: code === 'CONTEXT_NO_KEYS' ? 503 : 401 } };
  }
}
