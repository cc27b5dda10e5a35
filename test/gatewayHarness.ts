import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { graphql, parse } from 'graphql';
import { pino } from 'pino';
import { z } from 'zod';
import { PERSONAL_DEFINITION, PRIVACY_URL, PURPOSE_DEFINITION } from '../directives/spec.ts';
import { identifyByHeaders } from '../gateway/callers/caller.ts';
import { serve, type ServeOptions } from '../gateway/http/serve.ts';
import { sudare, type SudareOptions } from '../gateway/sudare.ts';
import { loadPolicy } from '../policies/loadPolicy.ts';
import type { Policy } from '../policies/policy.ts';

/** A subgraph written down in a test. The privacy and federation links are added to `typeDefs`. */
export interface TestSubgraph {
  readonly name: string;
  readonly typeDefs: string;
  /** What stands before `typeDefs` in place of `HEADER`. */
  readonly header?: string;
  readonly resolvers?: GraphQLResolverMap<unknown>;
  /** Changes the JSON text of an answer on its way, for subgraphs that no GraphQL server would be. */
  readonly onWire?: (json: string) => string;
}

/** What one subgraph was sent. */
export interface SentRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A data subject's consent state as the consent source protocol words it; what is left out is empty. */
export interface TestState {
  readonly suspended?: boolean;
  readonly lastServiceUse?: string | null;
  readonly collectionMethods?: readonly string[];
  readonly entries?: readonly {
    readonly purpose: string;
    readonly recipient?: string | null;
    readonly state: 'GIVEN' | 'REFUSED' | 'WITHDRAWN' | 'OBJECTED';
    readonly at?: string;
    readonly expiresAt?: string | null;
  }[];
}

/** One request to a gateway; without `client` it is `support-desk`. */
export interface TestRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly client?: string;
  readonly purpose?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer as a client gets it. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data?: unknown;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[] | undefined;
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** A gateway over real HTTP, with real subgraphs and a consent source behind it. */
export interface TestGateway {
  readonly url: string;
  /** SDL of the supergraph that it serves, with the subgraphs' real addresses. */
  readonly supergraph: string;
  /** Where consents are read, for a gateway of the test's own. */
  readonly consentUrl: string;
  readonly send: (request: TestRequest) => Promise<TestAnswer>;
  /** What a subgraph was sent since the last `forget`. */
  readonly sent: (subgraph: string) => readonly SentRequest[];
  /** Batches of subject ids that the consent source was asked for since the last `forget`. */
  readonly asked: () => readonly (readonly string[])[];
  readonly forget: () => void;
  /** Everything logged, one JSON object a line. */
  readonly logged: () => string;
  /** Every line of the access record. */
  readonly audited: () => readonly string[];
  readonly setPolicy: (policy: Policy) => void;
  readonly setSupergraph: (sdl: string) => void;
  readonly close: () => Promise<void>;
}

/** Options of `startGateway`. */
export interface TestGatewayOptions {
  readonly subgraphs: readonly TestSubgraph[];
  /** The shipped policy by default. */
  readonly policy?: Policy;
  /** By full subject id; everybody else has used the service and consented to nothing. */
  readonly states?: Readonly<Record<string, TestState>>;
  readonly override?: Partial<SudareOptions>;
  /** What the gateway is served with in place of the defaults. */
  readonly serving?: Partial<ServeOptions>;
}

/** The link of a subgraph that has no annotations. */
export const FEDERATION_HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@inaccessible", "@interfaceObject", "@override", "@tag", "@context", "@fromContext", "@composeDirective"])
`;

/** Links and definitions that every test subgraph begins with. */
export const HEADER = `${FEDERATION_HEADER}
  @link(url: "${PRIVACY_URL}", import: ["@personal", "@purpose"])
  @composeDirective(name: "@personal")
  @composeDirective(name: "@purpose")
${PERSONAL_DEFINITION}
${PURPOSE_DEFINITION}
`;

/** Composes test subgraphs at the given URLs. Throws the composition's errors. */
export function composeTest(
  subgraphs: readonly TestSubgraph[],
  urls: ReadonlyMap<string, string> = new Map(),
): string {
  const result = composeServices(
    subgraphs.map(({ name, typeDefs, header = HEADER }) => ({
      name,
      url: urls.get(name) ?? `http://${name}.invalid/graphql`,
      typeDefs: parse(header + typeDefs),
    })),
  );
  if (result.supergraphSdl !== undefined) return result.supergraphSdl;
  throw new Error((result.errors ?? []).map((error) => error.message).join('\n'));
}

/** Starts subgraphs, a consent source and a gateway on free loopback ports. */
export async function startGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const sent = new Map<string, SentRequest[]>();
  const asked: string[][] = [];
  const servers: Server[] = [];
  const urls = new Map<string, string>();
  for (const subgraph of options.subgraphs) {
    const requests: SentRequest[] = [];
    sent.set(subgraph.name, requests);
    const schema = buildSubgraphSchema({
      typeDefs: parse((subgraph.header ?? HEADER) + subgraph.typeDefs),
      ...(subgraph.resolvers === undefined ? {} : { resolvers: subgraph.resolvers }),
    });
    const { server, url } = await listen(async (body) => {
      requests.push(body);
      return await graphql({ schema, source: body.query, variableValues: body.variables, rootValue: {} });
    }, subgraph.onWire);
    servers.push(server);
    urls.set(subgraph.name, url);
  }
  const source = await listen(async ({ variables }) => {
    const subjects = Array.isArray(variables['subjects']) ? variables['subjects'].map(String) : [];
    asked.push(subjects);
    const states = subjects.map((subject) => stateOf(subject, options.states?.[subject] ?? {}));
    return await Promise.resolve({ data: { _consentStates: { leaseMs: 0, states } } });
  });
  servers.push(source.server);

  const lines: string[] = [];
  const audit: string[] = [];
  const logger = pino({ base: null, level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const supergraph = composeTest(options.subgraphs, urls);
  const instance = sudare({
    supergraph: { sdl: supergraph },
    policy: options.policy ?? (await loadPolicy('policies/crowdworks/policy.yaml')),
    identify: identifyByHeaders,
    consent: { url: source.url, callerKey: null, redis: null, timeoutMs: 5_000 },
    auditSink: { append: async (added) => await Promise.resolve(void audit.push(...added)) },
    logger,
    stamp: 'waived',
    disclosure: 'true-reasons',
    ...options.override,
  });
  const gateway = await serve({
    sudare: instance,
    host: '127.0.0.1',
    port: 0,
    mode: 'dev',
    logger,
    ...options.serving,
  });
  return {
    url: gateway.url,
    supergraph,
    consentUrl: source.url,
    send: async (request) => await sendTo(gateway.url, request),
    sent: (subgraph) => sent.get(subgraph) ?? [],
    asked: () => asked,
    forget: () => {
      for (const requests of sent.values()) requests.length = 0;
      asked.length = 0;
    },
    logged: () => lines.join(''),
    audited: () => audit,
    setPolicy: (policy) => instance.setPolicy(policy),
    setSupergraph: (sdl) => instance.setSupergraph(sdl),
    close: async () => {
      await gateway.close();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .default([]),
  extensions: z.record(z.string(), z.unknown()).default({}),
});

/** Sends one request to any GraphQL endpoint of a gateway. */
export async function sendTo(url: string, request: TestRequest): Promise<TestAnswer> {
  const { query, variables, operationName, client = 'support-desk', purpose, headers } = request;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-client-id': client,
      ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName }),
  });
  const text = await response.text();
  const answer = answerSchema.parse(JSON.parse(text));
  return { status: response.status, headers: response.headers, text, ...answer };
}

const bodySchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });

async function listen(
  answer: (body: z.infer<typeof bodySchema>) => Promise<unknown>,
  onWire: (json: string) => string = (json) => json,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      void reply(text);
    });
    const reply = async (body: string): Promise<void> => {
      try {
        const answered = onWire(JSON.stringify(await answer(bodySchema.parse(JSON.parse(body)))));
        response.setHeader('content-type', 'application/json');
        response.end(answered);
      } catch (error) {
        response.statusCode = 500;
        response.end(String(error));
      }
    };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return { server, url: `http://127.0.0.1:${address.port}/graphql` };
}

function stateOf(subject: string, state: TestState): unknown {
  return {
    subject,
    suspended: state.suspended ?? false,
    lastServiceUse: state.lastServiceUse === undefined ? '2026-01-01T00:00:00Z' : state.lastServiceUse,
    collectionMethods: state.collectionMethods ?? [],
    entries: (state.entries ?? []).map((entry) => ({
      recipient: null,
      at: '2026-01-02T00:00:00Z',
      expiresAt: null,
      ...entry,
    })),
  };
}
