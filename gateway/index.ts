// What the package `sudare` exports: the gateway for one's own Apollo Server, and what it is made with.
export { auditFile } from './audit/auditFile.ts';
export type { AuditSink } from './audit/auditSink.ts';
export { readSigningKey } from './audit/checkpointKeys.ts';
export type { AuditOptions, AuditStats, CheckpointOptions } from './audit/openAuditTrail.ts';
export { standardOutput } from './audit/standardOutput.ts';
export type { AuditMode } from './audit/trail.ts';
export { identifyByHeaders, identifyByToken, type Identify } from './callers/caller.ts';
export { identifyByProxy } from './callers/identifyByProxy.ts';
export type { ClaimMapping, PurposesMapping } from './callers/claimMapping.ts';
export type { ClaimPath } from './callers/claimPath.ts';
export { proxyIdentity, type ProxyIdentity, type ProxyIdentityOptions } from './callers/proxyIdentity.ts';
export type { ConsentOptions } from './consentAccess.ts';
export { ERRORS, type ErrorCode } from './errors.ts';
export type { Executor } from './execute/executor.ts';
export type { SubgraphSettings } from './execute/httpSources.ts';
export { referenceExecutor } from './execute/reference/referenceExecutor.ts';
export { signalOf } from './execute/requestSignal.ts';
export type { ServiceDefinition } from './execute/services.ts';
export type { PermittedInput } from './prepare/personalArguments.ts';
export type { MaskedEntry } from './project/maskedReport.ts';
export type { PrivacyExtension } from './project/respond.ts';
export type { CorsOptions } from './http/cors.ts';
export { serve, type Served, type ServeOptions } from './http/serve.ts';
export { LIMITS, type Limits } from './limits/limits.ts';
export { openRateLimit, type RateLimit } from './limits/rateLimit.ts';
export { createTrustedDocuments, type TrustedDocuments } from './limits/trustedDocuments.ts';
export { sudare, type Sudare, type SudareOptions } from './sudare.ts';
export type { SupergraphSource } from './supergraphSource.ts';
export { createMetrics, type Metrics } from './watch/metrics.ts';
export { openWatching, type Watching, type WatchingConfig } from './watch/openWatching.ts';
export { createWatch, type Watch, type WatchOptions } from './watch/watch.ts';
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './callers/verifyToken.ts';
export type {
  ConformanceCheck,
  ConformanceHarness,
  SourceFault,
} from '../policies/consent/source/conformance/conformanceHarness.ts';
export { consentSourceConformance } from '../policies/consent/source/conformance/consentSourceConformance.ts';
export {
  PROXY_FAULTS,
  startFaultProxy,
  type FaultProxy,
} from '../policies/consent/source/conformance/startFaultProxy.ts';
export { loadConsentMapping, type ConsentMapping } from '../policies/consent/source/consentMapping.ts';
export {
  ConsentUnavailableError,
  type ConsentSource,
  type SourceAnswer,
} from '../policies/consent/source/source.ts';
export type { ConsentEntry, ConsentState } from '../policies/consent/state.ts';
export { openContextSigner, type ContextSigner } from '../policies/context/contextSigner.ts';
export { loadPolicy, parsePolicy, PolicyError } from '../policies/loadPolicy.ts';
export type { Policy } from '../policies/policy.ts';
export { runPolicyTests } from '../policies/runPolicyTests.ts';
export { watchPolicy } from '../policies/watchPolicy.ts';
export {
  parseRecordLine,
  trueHash,
  type RecordGroup,
  type RecordInput,
  type RecordLine,
} from '../policies/record/recordLine.ts';
