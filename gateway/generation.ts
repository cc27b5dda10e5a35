import type { GraphQLDataSource } from '@apollo/gateway';
import { Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { LRUCache } from 'lru-cache';
import { fieldRules } from '../directives/fieldRules.ts';
import { NotASupergraphError } from '../directives/notASupergraphError.ts';
import { SUPPORTED_FEATURES } from '../directives/spec.ts';
import type { Policy } from '../policies/policy.ts';
import { consentSubgraphs } from './consentSubgraphs.ts';
import { limitsOf, type Limits } from './limits/limits.ts';
import { createPlanningGuard, type PlanningGuard } from './limits/planningGuard.ts';
import { withDiscovery } from './prepare/discovery.ts';
import { inlineContents } from './prepare/inlineContents.ts';
import { inputFields, keyFields } from './prepare/neededFields.ts';
import { nullableOutputs } from './prepare/nullableOutputs.ts';
import type { Prepared } from './prepare/prepare.ts';
import type { PreparedStore } from './prepare/preparedFor.ts';
import { keySpace } from './prepare/reservedKeys.ts';
import { subjectFields } from './prepare/subjectFields.ts';
import { withUsedFor } from './prepare/usedFor.ts';
import type { RulesOf } from './rulesInForce.ts';
import type { ServiceDefinition, Services } from './execute/services.ts';

/** One supergraph with one policy, and all that was prepared from them; replaced as a whole (DESIGN §5). */
export interface Generation extends PreparedStore {
  readonly policy: Policy;
  readonly supergraphSdl: string;
  readonly services: Services;
  /** Names and effective URLs of the subgraphs. */
  readonly definitions: readonly ServiceDefinition[];
  /** Names of the consent system's own subgraphs, which are told who is calling. */
  readonly consentSubgraphs: ReadonlySet<string>;
}

/** What a generation is built from. */
export interface GenerationInput {
  readonly supergraphSdl: string;
  readonly policy: Policy;
  /** Routing URLs by subgraph name that replace those of the supergraph. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  readonly buildService: (definition: ServiceDefinition) => GraphQLDataSource;
  /** Where consents are read; a subgraph that is routed there is the consent system's own. */
  readonly consentUrl: string | null;
  /** How many prepared operations are kept. */
  readonly maxPrepared: number;
  /** Whether clients may ask what they may declare; see `withDiscovery`. */
  readonly discovery?: 'offered' | 'none';
  /** Which rules bind a supergraph's fields; default: those of its annotations. */
  readonly rulesOf?: RulesOf;
  /** Default: `LIMITS`. */
  readonly limits?: Limits;
  /** One for all generations of a gateway; default: one of this generation's own. */
  readonly planning?: PlanningGuard;
}

/**
 * Builds one generation; everything that can be wrong with a supergraph is found here, before anything serves it.
 *
 * @throws NotASupergraphError, DirectiveError, or what @apollo/federation-internals says of the supergraph.
 */
export function buildGeneration(input: GenerationInput): Generation {
  const { limits = limitsOf() } = input;
  const rules = (input.rulesOf ?? fieldRules)(input.supergraphSdl);
  const supergraph = readSupergraph(input.supergraphSdl);
  const definitions = supergraph.subgraphsMetadata().map(({ name, url }) => ({
    name,
    url: input.subgraphUrls.get(name) ?? url,
  }));
  const unknown = [...input.subgraphUrls.keys()].filter(
    (name) => !definitions.some((definition) => definition.name === name),
  );
  if (unknown.length > 0) {
    const names = definitions.map(({ name }) => name).join(', ');
    throw new Error(
      `--subgraph-url ${unknown.join(', ')}: the supergraph has no such subgraph; it has ${names}.`,
    );
  }
  const services = Object.fromEntries(
    definitions.map((definition) => [definition.name, input.buildService(definition)]),
  );

  const consent = consentSubgraphs(supergraph, definitions, input.consentUrl);
  const apiSchema = supergraph.apiSchema();
  const graphqlSchema = apiSchema.toGraphQLJSSchema();
  const ofSubjects = subjectFields(graphqlSchema, rules);
  const ofKeys = keyFields(supergraph);
  const ofInputs = inputFields(supergraph);
  return {
    policy: input.policy,
    rules,
    supergraphSdl: input.supergraphSdl,
    supergraph,
    schema: withUsedFor(input.discovery === 'offered' ? withDiscovery(graphqlSchema) : graphqlSchema),
    apiSchema,
    shapingSchema: nullableOutputs(apiSchema),
    graphqlSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    // The executor compares answers with what was asked, which it would otherwise have to parse again.
    planner: new QueryPlanner(supergraph, {
      exposeDocumentNodeInFetchNode: true,
      debug: { maxEvaluatedPlans: limits.planCandidates, pathsLimit: limits.planPaths },
    }),
    limits,
    planning: input.planning ?? createPlanningGuard(limits),
    keySpace: keySpace(graphqlSchema),
    subjectFields: ofSubjects,
    keyFields: ofKeys,
    neededFields: new Set([...ofKeys, ...ofInputs]),
    inlineContents: inlineContents(graphqlSchema, rules, [...ofSubjects, ...ofKeys, ...ofInputs]),
    services,
    definitions,
    consentMutations: consent.mutations,
    consentSubgraphs: consent.names,
    interfaceObjects: interfaceObjects(supergraph),
    prepared: preparedStore(input.maxPrepared),
    conditionNames: new WeakMap(),
  };
}

/** The same supergraph under another policy: what was prepared under the old one is left behind. */
export function underPolicy(generation: Generation, policy: Policy): Generation {
  return { ...generation, policy, prepared: preparedStore(generation.prepared.max) };
}

/** Selections of all prepared operations together, some 200 MB of them. */
const MAX_PREPARED_SELECTIONS = 200_000;

function preparedStore(max: number): LRUCache<string, Prepared> {
  return new LRUCache({ max, maxSize: MAX_PREPARED_SELECTIONS, sizeCalculation: ({ size }) => size + 1 });
}

function readSupergraph(sdl: string): Supergraph {
  try {
    return Supergraph.build(sdl, { supportedFeatures: SUPPORTED_FEATURES, validateSupergraph: true });
  } catch (error) {
    throw new NotASupergraphError(error instanceof Error ? error.message : String(error));
  }
}

/** Interfaces that some subgraph defines as an object with `@interfaceObject`. */
function interfaceObjects(supergraph: Supergraph): ReadonlySet<string> {
  return new Set(
    supergraph.schema
      .interfaceTypes()
      .filter((type) =>
        type
          .appliedDirectivesOf('join__type')
          .some((applied) => applied.arguments()['isInterfaceObject'] === true),
      )
      .map(({ name }) => name),
  );
}
