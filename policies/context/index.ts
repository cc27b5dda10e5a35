// What the package entry `sudare/subgraph-context` exports: how a subgraph knows the gateway. It loads nothing of Apollo.
export { ContextError, type ContextErrorCode } from './contextError.ts';
export {
  createContextVerifier,
  type ContextKeys,
  type ContextVerifier,
  type ContextVerifierOptions,
} from './contextVerifier.ts';
export { CONTEXT_HEADER, type SubgraphContext } from './subgraphContext.ts';
