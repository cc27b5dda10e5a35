import type { GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from 'pino';
import type { PseudonymSecret } from '../policies/masks/pseudonymKey.ts';
import type { ContextSigner } from '../policies/context/contextSigner.ts';
import type { Policy } from '../policies/policy.ts';
import type { AuditSink } from './audit/auditSink.ts';
import type { AuditOptions } from './audit/openAuditTrail.ts';
import type { Candidate } from './candidate/candidate.ts';
import type { Identify } from './callers/caller.ts';
import type { ConsentOptions } from './consentAccess.ts';
import type { Executor } from './execute/executor.ts';
import type { SubgraphSettings } from './execute/httpSources.ts';
import type { ServiceDefinition } from './execute/services.ts';
import type { Limits } from './limits/limits.ts';
import type { Disclosure } from './project/maskedReport.ts';
import type { Enforcement } from './rulesInForce.ts';
import type { SupergraphSource } from './supergraphSource.ts';
import type { Watch } from './watch/watch.ts';

/** Options of `sudare`. */
export interface SudareOptions {
  /** A policy that is tried on what is asked today; it is closed with the gateway. */
  readonly candidate?: Candidate;
  readonly supergraph: SupergraphSource;
  readonly policy: Policy;
  /** Who is calling; see `identifyByToken`. */
  readonly identify: Identify;
  readonly consent: ConsentOptions;
  readonly auditSink: AuditSink;
  /** How the access record is kept in the sink; see `AuditOptions`. */
  readonly audit?: AuditOptions;
  /** Makes references to subjects whom the consent source gives none; by default one of this process's own. */
  readonly auditKey?: Uint8Array;
  readonly pseudonymKey?: PseudonymSecret;
  readonly logger: Logger;
  /** What is told of requests: see `createWatch`; default: log lines, and spans where an OpenTelemetry SDK listens. */
  readonly watch?: Watch;
  /** `waived`: takes a supergraph that `sudare compose` did not check and stamp. */
  readonly stamp: 'required' | 'waived';
  /** `dry-run`: everything is answered unmasked, for development alone, so with `disclosure: 'true-reasons'`. */
  readonly enforcement?: Enforcement;
  /** Whether answers say the true reason of each denial, which is for development alone. */
  readonly disclosure: Disclosure;
  /** Whether `{ _privacy { … } }` tells a client what it may declare, which is for development; default `none`. */
  readonly discovery?: 'offered' | 'none';
  /**
   * Subgraphs whose errors are told in their own words, with their extensions, which may quote anything: for
   * development alone, so with `disclosure: 'true-reasons'`. Errors under denied fields are still not told.
   */
  readonly includeSubgraphErrors?: readonly string[];
  /** Routing URLs by subgraph name, in place of the supergraph's. */
  readonly subgraphUrls?: ReadonlyMap<string, string>;
  /** A subgraph's data source, as for `ApolloGateway`; by default GraphQL over HTTP on kept-alive connections. */
  readonly buildService?: (definition: ServiceDefinition) => GraphQLDataSource;
  /** Of one call of a subgraph, in ms; default 30 000. */
  readonly subgraphTimeoutMs?: number;
  /** How single subgraphs are called, by name, where `buildService` is not given. */
  readonly subgraphs?: ReadonlyMap<string, SubgraphSettings>;
  /** Headers of the client's request that go on to subgraphs, where `buildService` is not given; default none. */
  readonly forwardHeaders?: readonly string[];
  /** Signs for each subgraph what a request is made for, where `buildService` is not given; see `openContextSigner`. */
  readonly contextSigner?: ContextSigner;
  /** Limits on planning and on calls of subgraphs that are not the default; see `LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** How many prepared operations are kept; default 1 000. */
  readonly maxPrepared?: number;
  /** Runs query plans; `referenceExecutor` is that of @apollo/gateway, to compare with. */
  readonly execute?: Executor;
}
