import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import {
  InMemorySpanExporter,
  BasicTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { pino } from 'pino';
import { z } from 'zod';
import { createMetrics, type Metrics } from '../../../gateway/watch/metrics.ts';
import { createWatch, type Watch } from '../../../gateway/watch/watch.ts';
import type { SudareOptions } from '../../../gateway/sudare.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';

/** A gateway all of whose watching a test sees, and what it sends to its one subgraph and to its consent source. */
export interface WatchedWorld {
  readonly gateway: TestGateway;
  readonly watch: Watch;
  readonly metrics: Metrics;
  /** What Prometheus would read: lines that begin with a name, without comments. */
  readonly scraped: (begins?: string) => Promise<readonly string[]>;
  /** Spans that are over, in the order of their ends. */
  readonly spans: () => readonly ReadableSpan[];
  /** Lines of the log, one for each request. */
  readonly requestLines: () => readonly Readonly<Record<string, unknown>>[];
  readonly calls: () => readonly IncomingHttpHeaders[];
  readonly consentCalls: () => readonly IncomingHttpHeaders[];
  /** What the subgraph does from now on. */
  readonly subgraphIs: (manner: Manner) => void;
  readonly consentSourceIs: (manner: Manner) => void;
  readonly close: () => Promise<void>;
}

/** `hangs`: no answer comes. `errs`: an answer with errors and no data. */
export type Manner = 'well' | 'errs' | 'broken' | 'hangs';

/** Begins every value that nobody who watches may be told. */
const CANARY = 'canary';

const typeDefs = `
  type Query { users: [User!]! user(id: ID!): User }
  type Mutation { touch: String }
  type User @key(fields: "id") @personal(subject: ["id"]) {
    id: ID!
    label: String
    name: String @personal(category: "identity.name")
    email: String @personal(category: "contact.email")
  }
`;

const user = (id: string) => ({
  __typename: 'User',
  id: `${CANARY}-${id}`,
  label: `${CANARY}-label`,
  name: `${CANARY}-name`,
  email: `${CANARY}@example.com`,
});

/** Starts it. `watched`: `metrics` and `spans` are there in any case, and here may be left unused. */
export async function startWatchedWorld(
  override: Partial<SudareOptions> = {},
  watched: 'by-all' | 'by-log-alone' = 'by-all',
): Promise<WatchedWorld> {
  // Other people each time: a source that fails for some alone is not taken to fail for all.
  let people = 0;
  const next = () => user(String((people += 1)));
  const subgraph = await listen(() => ({ data: { users: [next(), next()], user: next(), touch: 'done' } }));
  const source = await listen(({ subjects }) => ({
    data: { _consentStates: { leaseMs: 0, states: z.array(z.string()).parse(subjects).map(nothingOf) } },
  }));
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const metrics = createMetrics();
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const watch = createWatch(watched === 'by-all' ? { logger, metrics, tracerProvider } : { logger });
  const gateway = await startGateway({
    subgraphs: [{ name: 'people', typeDefs }],
    override: {
      subgraphUrls: new Map([['people', subgraph.url]]),
      consent: { url: source.url, callerKey: null, redis: null, timeoutMs: 5_000 },
      subgraphTimeoutMs: 2_000,
      watch,
      ...override,
    },
  });
  return {
    gateway,
    watch,
    metrics,
    scraped: async (begins = '') =>
      (await metrics.text()).split('\n').filter((line) => line.startsWith(begins) && !line.startsWith('#')),
    spans: () => exporter.getFinishedSpans(),
    requestLines: () =>
      lines
        .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
        .filter(({ msg }) => msg === 'request'),
    calls: () => subgraph.calls,
    consentCalls: () => source.calls,
    subgraphIs: subgraph.is,
    consentSourceIs: source.is,
    async close() {
      await gateway.close();
      for (const { server } of [subgraph, source]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

const bodySchema = z.object({ variables: z.record(z.string(), z.unknown()).default({}) });

interface Listening {
  readonly server: Server;
  readonly url: string;
  readonly calls: IncomingHttpHeaders[];
  readonly is: (manner: Manner) => void;
}

async function listen(answer: (variables: Readonly<Record<string, unknown>>) => unknown): Promise<Listening> {
  const calls: IncomingHttpHeaders[] = [];
  let manner: Manner = 'well';
  const server = createServer((request, response) => {
    calls.push(request.headers);
    const reply = async (): Promise<void> => {
      const { variables } = bodySchema.parse(await json(request));
      if (manner === 'hangs') return;
      if (manner === 'broken') response.statusCode = 500;
      const errs = { data: null, errors: [{ message: CANARY, extensions: { code: CANARY } }] };
      response.setHeader('content-type', 'application/json');
      if (manner === 'broken') response.end(CANARY);
      else response.end(JSON.stringify(manner === 'errs' ? errs : answer(variables)));
    };
    reply().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return { server, url: `http://127.0.0.1:${address.port}/`, calls, is: (next) => void (manner = next) };
}

function nothingOf(subject: string): unknown {
  const lastServiceUse = '2026-01-01T00:00:00Z';
  return { subject, suspended: false, lastServiceUse, collectionMethods: [], entries: [] };
}
