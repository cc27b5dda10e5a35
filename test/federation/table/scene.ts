import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import type { TestRequest, TestState } from '../../gatewayHarness.ts';
import type { Construct } from './constructs.ts';

/** One small supergraph in which some constructs of Apollo Federation are tried. */
export interface Scene {
  readonly name: string;
  /** SDL by subgraph, without links and without annotations. */
  readonly typeDefs: Readonly<Record<string, string>>;
  /** What stands before a subgraph's SDL in place of `FEDERATION_HEADER`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Work on whole objects: the same in every subgraph that has the field, and in one schema of everything. */
  readonly resolvers: GraphQLResolverMap<unknown>;
  /** Finds whole objects by what a subgraph is sent; the result gets what was sent as `ref`. */
  readonly references?: Readonly<Record<string, (ref: Ref, subgraph: string) => object | null>>;
  /** Changes a subgraph's JSON on its way. */
  readonly onWire?: Readonly<Record<string, (json: string) => string>>;
  /** Where plain ApolloGateway 2.14.4 loads no such supergraph: what it says. */
  readonly plainRefuses?: RegExp;
  /** Of one call of a subgraph, where the scene has one that is late. */
  readonly subgraphTimeoutMs?: number;
  /** Puts data back before each request, where mutations change some. */
  readonly reset?: () => void;
  readonly rows: readonly Row[];
  readonly variants: readonly Variant[];
}

/** A representation that a subgraph was sent. */
export type Ref = Readonly<Record<string, unknown>>;

/** One operation where nothing is annotated, with the answer that the specifications ask for. */
export interface Row extends Operation {
  readonly construct: Construct | readonly Construct[];
  readonly name: string;
  readonly expected: Expected;
  /** Where plain ApolloGateway 2.14.4 gives another answer, and why. */
  readonly plain?: `departs: ${string}`;
  /** Where ours tells errors at other paths than `expected` has, and why. */
  readonly ours?: { readonly departs: string; readonly errors: readonly string[] };
  /** Where one schema of everything cannot tell, such as when a subgraph fails. */
  readonly oracle?: `none: ${string}`;
}

interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** Where the reference executor makes another answer of the same plan, and why. */
  readonly reference?: `departs: ${string}`;
}

/** An answer, or the code of a refusal. */
export type Expected = Answered | Refused;

/** The code of what refuses the whole request. */
export interface Refused {
  readonly refused: string;
  /** Subgraphs that were asked all the same; none, where left out. */
  readonly asked?: readonly string[];
}

/** Data in the client's order, and where it is told that something is missing. */
export interface Answered {
  readonly data: unknown;
  /** Paths of errors, such as `users.0.name`; `''` for one without a path. */
  readonly errors?: readonly string[];
  /** Paths of nulls that no error explains, which gateways tell in `extensions.valueCompletion`. */
  readonly completion?: readonly string[];
  /** Subgraphs that were asked at all, in alphabetical order. */
  readonly asked?: readonly string[];
}

/** Annotations on the scene's subgraphs, and what callers then get. */
export interface Variant {
  /** What is annotated. */
  readonly name: string;
  /** Directives by coordinate, by subgraph. Subgraphs without any do not link the privacy spec. */
  readonly annotations: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly states?: Readonly<Record<string, TestState>>;
  readonly cases: readonly Case[];
}

/** One request to an annotated supergraph. Canaries that `expected` does not show must show nowhere. */
export interface Case extends Operation {
  readonly construct: Construct | readonly Construct[];
  readonly name: string;
  readonly caller: Pick<TestRequest, 'client' | 'purpose'>;
  readonly expected: Expected;
  /** `extensions.privacy.masked`, each entry as `coordinate path rows decision reason`. */
  readonly masked?: readonly string[];
  /** What no subgraph may be sent, besides canaries where `keysAreSent` is not set. */
  readonly unsent?: readonly string[];
  /** Personal keys or `@requires` inputs of what is allowed go from subgraph to subgraph here. */
  readonly keysAreSent?: true;
}

/** A supergraph that plain ApolloGateway refuses to load, and so does ours. */
export interface RefusedScene {
  readonly construct: Construct;
  readonly name: string;
  readonly typeDefs: Readonly<Record<string, string>>;
  /** Directives by coordinate, by subgraph, of the annotated variant. */
  readonly annotations: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What both say of it. */
  readonly because: RegExp;
}

/** Nobody's purpose: nothing personal is shown. */
export const NOBODY = {} as const;

/** A purpose for which names, contact data and usage are shown, unless their subject is unknown. */
export const SUPPORT = { client: 'support-desk', purpose: 'service.support' } as const;

/** A purpose that depends on each subject's consent, for names, contact data and `usage.history`. */
export const MARKETING = { client: 'mail-campaign', purpose: 'marketing.recommendation' } as const;

/** The state of somebody who consented to marketing. */
export const CONSENTED: TestState = {
  entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }],
};

/** What a denied text, e-mail address or name shows. */
export const TEXT = '█████';
export const EMAIL = '█████@masked.invalid';

/** What a subgraph works with: what it was sent, or the whole object in one schema of everything. */
export function given(self: Ref): Ref {
  return self['ref'] === undefined ? self : objectIn(self, 'ref');
}

/** The object under a key; an empty one where there is none. */
export function objectIn(value: Ref, key: string): Ref {
  const inner = value[key];
  return typeof inner === 'object' && inner !== null ? { ...inner } : {};
}

/** A value as text. */
export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : 'none';
}
