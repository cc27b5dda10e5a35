import './telemetryOff.ts';
import type { GraphQLDataSource } from '@apollo/gateway';
import type { ApolloServerPlugin } from '@apollo/server';
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';
import { Agent } from 'undici';
import type { CallerClaims } from '../policies/admit.ts';
import { pseudonymKeyOf } from '../policies/masks/pseudonymKey.ts';
import type { Policy } from '../policies/policy.ts';
import { openAuditTrail, type AuditStats } from './audit/openAuditTrail.ts';
import type { RequestHeaders } from './callers/caller.ts';
import { closeInOrder, type Part } from './closeInOrder.ts';
import { createIdentified } from './callers/identified.ts';
import { checkSigning, openConsentLookup } from './consentAccess.ts';
import { refusal } from './errors.ts';
import { httpSources } from './execute/httpSources.ts';
import { compiledExecutor } from './execute/compiledExecutor.ts';
import { withSignal } from './execute/requestSignal.ts';
import type { ServiceDefinition } from './execute/services.ts';
import { buildGeneration } from './generation.ts';
import { createGenerations } from './generations.ts';
import { NOT_CHOSEN } from './knownMessages.ts';
import { limitsOf } from './limits/limits.ts';
import { createPlanningGuard } from './limits/planningGuard.ts';
import { createLog } from './log.ts';
import { offersDiscovery } from './prepare/discovery.ts';
import { openSubgraphs } from './openSubgraphs.ts';
import { privacyPlugin, restrictCaching } from './privacyPlugin.ts';
import { answer, type RequestDependencies } from './request.ts';
import { rulesInForce } from './rulesInForce.ts';
import { requireVerified } from './stamp.ts';
import type { SudareOptions } from './sudareOptions.ts';
import { tellSubgraphs } from './tellSubgraphs.ts';
import { toldInstead } from './toldInstead.ts';
import { createUnderWay } from './underWay.ts';
import { createWatch, type Watch } from './watch/watch.ts';
import { watchedSource, watchedSources } from './watch/watchedSource.ts';
import { watchPlugin } from './watch/watchPlugin.ts';
import { loadSupergraph, type LoadedSupergraph } from './supergraphSource.ts';

export type { SudareOptions } from './sudareOptions.ts';

/** What `new ApolloServer({ gateway, plugins: [plugin] })` takes. */
export interface Sudare {
  readonly gateway: GatewayInterface;
  readonly plugin: ApolloServerPlugin;
  /**
   * The context value of one request, for `ApolloServer`'s `context`: identifies the caller before anything is
   * parsed. Without it the caller is identified when the operation is about to be executed.
   *
   * @param signal aborted where nobody waits for the answer any more: queries of subgraphs are then given up.
   * @param peer the address at the other end of the connection, which `identifyByProxy` asks for.
   * @throws a refusal with `UNAUTHENTICATED`.
   */
  readonly contextFor: (
    headers: RequestHeaders,
    signal?: AbortSignal,
    peer?: string | null,
  ) => Promise<object>;
  /** The client that `contextFor` identified, in the context value that it gave; `null`: none that the policy has. */
  readonly clientOf: (context: object) => string | null;
  /** What watches it. */
  readonly watch: Watch;
  /** What became of the access record since the start, for metrics. */
  readonly auditStats: () => AuditStats;
  /** Puts a new policy in force; requests on their way finish under the old one. */
  readonly setPolicy: (policy: Policy) => void;
  /**
   * Puts another supergraph in force, vetted as at the start; requests on their way finish on the old one.
   *
   * @throws what is wrong with it; then the old one stays.
   */
  readonly setSupergraph: (sdl: string) => void;
}

/** Creates the gateway (DESIGN §5). Nothing is loaded or opened before Apollo Server calls `gateway.load`. */
export function sudare(options: SudareOptions): Sudare {
  const log = createLog(options.logger);
  const limits = limitsOf(options.limits);
  const planning = createPlanningGuard(limits);
  const { watch = createWatch(options), buildService: ownService, contextSigner = null } = options;
  if (ownService !== undefined && contextSigner !== null) {
    throw new Error(
      'contextSigner is for the default data sources: those of buildService are not signed for.',
    );
  }
  const sources = watchedSources(
    httpSources({
      timeoutMs: options.subgraphTimeoutMs ?? 30_000,
      subgraphs: options.subgraphs ?? new Map(),
      forwardHeaders: options.forwardHeaders ?? [],
      maxEntities: limits.entities,
    }),
  );
  const buildService = (definition: ServiceDefinition): GraphQLDataSource =>
    ownService === undefined
      ? sources.sourceOf(definition)
      : watchedSource(definition.name, ownService(definition));
  // A server's 5 s keep-alive would race the re-use of an idle connection: give it up first.
  const dispatcher = new Agent({ keepAliveTimeout: 4_000, connections: 128, allowH2: false });
  const consent = openConsentLookup(options.consent, { dispatcher, log, watch });
  const rulesOf = rulesInForce(options.enforcement ?? 'enforce', options.disclosure);
  const open = openSubgraphs(options.includeSubgraphErrors ?? [], options.disclosure);
  const audit = openAuditTrail({
    ...options.audit,
    sink: options.auditSink,
    key: options.auditKey,
    redisUrl: options.consent.redis?.url ?? null,
    log,
  });
  const dependencies: RequestDependencies = {
    execute: options.execute ?? compiledExecutor,
    consent,
    audit,
    servicesFor: tellSubgraphs({
      callerKey: options.consent.callerKey,
      contextSigner,
      sources,
    }),
    pseudonymKey: pseudonymKeyOf(options.pseudonymKey),
    disclosure: options.disclosure,
    openSubgraphs: open.names,
    candidate: options.candidate ?? null,
    log,
  };

  const { contextOf, claimsIn } = createIdentified();
  const underWay = createUnderWay();
  let loaded: LoadedSupergraph | null = null;

  const generations = createGenerations({
    policy: options.policy,
    build(supergraphSdl, policy) {
      if (options.stamp === 'required') requireVerified(supergraphSdl);
      const generation = buildGeneration({
        supergraphSdl,
        policy,
        subgraphUrls: options.subgraphUrls ?? new Map(),
        buildService,
        consentUrl: options.consent.url,
        maxPrepared: options.maxPrepared ?? 1_000,
        discovery: options.discovery ?? 'none',
        rulesOf,
        limits,
        planning,
      });
      if (options.discovery === 'offered' && !offersDiscovery(generation.schema, generation.graphqlSchema)) {
        log.info('_privacy is not offered: the schema uses the name, or that of one of its types, itself');
      }
      open.check(generation.definitions);
      sources.check(generation.definitions);
      checkSigning(options.consent, generation);
      return generation;
    },
  });

  watch.follow({ audit, consent, generations });

  const identify = async ({ request: { http } }: GatewayGraphQLRequestContext): Promise<CallerClaims> => {
    if (http !== undefined) return await options.identify(http.headers);
    throw refusal('UNAUTHENTICATED', 'A request without headers names no client; use `contextFor`.');
  };

  const executor = async (context: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> => {
    // Apollo Server leaves it to the gateway to say that no operation was chosen, of which its types know nothing.
    const { operation }: Partial<GatewayGraphQLRequestContext> = context;
    if (operation === undefined) return { errors: [new GraphQLError(NOT_CHOSEN)] };
    // Whatever else is installed in the server: neither its caches nor others' keep what this caller is shown.
    restrictCaching(context.overallCachePolicy);
    try {
      const generation = generations.of(context.schema);
      if (generation === null) throw new Error('No supergraph is loaded.');
      const claims = claimsIn(context.context) ?? (await identify(context));
      try {
        return await underWay.run(async () => await answer(dependencies, generation, context, claims));
      } catch (error) {
        const { policy } = generation;
        options.candidate?.refused({ policy, claims, operation, error });
        throw error;
      }
    } catch (error) {
      return { errors: [toldInstead(error, log)] };
    }
  };

  const parts: readonly Part[] = [
    { what: 'supergraph', ms: 1_000, close: async () => await loaded?.close() },
    { what: 'consent', ms: 2_000, close: consent.close },
    // By now every request has been answered or cut off: a subgraph that hangs is not waited for.
    {
      what: 'subgraphs',
      ms: 1_000,
      close: async () => await Promise.all([sources.destroy(), dispatcher.destroy()]),
    },
    // Those that were cut off end now, and may have something to record.
    { what: 'requests', ms: 2_000, close: async () => await underWay.ended(2_000) },
    { what: 'candidate', ms: 0, close: async () => options.candidate?.close() },
    { what: 'audit', ms: 9_000, close: async () => await audit.close() },
  ];

  return {
    watch,
    plugin: watchPlugin(watch, privacyPlugin(), (context) => {
      const claims = claimsIn(context);
      const policy = generations.current()?.policy;
      return claims === null || policy === undefined ? null : [policy, claims];
    }),
    clientOf(context) {
      const client = claimsIn(context)?.client ?? null;
      return client !== null && generations.current()?.policy.clients.has(client) === true ? client : null;
    },
    async contextFor(headers, signal, peer = null) {
      try {
        return withSignal(contextOf(await options.identify(headers, peer)), signal);
      } catch (error) {
        throw toldInstead(error, log);
      }
    },
    auditStats: audit.stats,
    setPolicy: generations.setPolicy,
    setSupergraph: generations.install,
    gateway: {
      onSchemaLoadOrUpdate: generations.onUpdate,
      async load() {
        const update = (sdl: string): void => {
          try {
            generations.install(sdl);
          } catch (error) {
            log.refused('supergraph not updated; the old one stays in force', error);
            throw error;
          }
        };
        loaded = await loadSupergraph(options.supergraph, {
          install: generations.install,
          update,
          getDataSource: ({ name, url = '' }) => buildService({ name, url }),
        });
        return { executor };
      },
      stop: async () => await closeInOrder(parts, log),
    },
  };
}
