import { createSecretKey } from 'node:crypto';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { composeServices } from '@apollo/composition';
import { parse, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { identifyByHeaders } from '../../gateway/callers/caller.ts';
import { sudare } from '../../gateway/sudare.ts';
import type { PseudonymKey } from '../../policies/masks/mask.ts';
import type { PseudonymSecret } from '../../policies/masks/pseudonymKey.ts';
import type { Policy } from '../../policies/policy.ts';
import { switchedExecutor, type ExecutorName } from '../bothExecutors.ts';
import type { ConsentSource } from './consentSource.ts';
import type { Data } from './data.ts';
import { closeModel, type Closure } from './demands.ts';
import { createDice } from './dice.ts';
import { generateModel } from './generateModel.ts';
import { generatePolicy, type CallerClaim } from './generatePolicy.ts';
import type { Model } from './model.ts';
import type { RandomOperation } from './operation.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { printSubgraph } from './printSubgraph.ts';
import { createSubgraphs, type Sent } from './subgraphs.ts';
import { fetchedTogether, mayBeNeeded } from './together.ts';

/** One answer, with everything that the gateway did on the way. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly sent: readonly Sent[];
  readonly logged: string;
  readonly audited: string;
}

/** One generated supergraph under one generated policy, served by a real gateway in process. */
export interface FuzzWorld {
  readonly seed: number;
  readonly model: Model;
  readonly closure: Closure;
  readonly policy: Policy;
  readonly oracle: Oracle;
  /** Coordinates that may be denied to all where they are denied to one. */
  readonly together: ReadonlySet<string>;
  /** Whether operations may be refused for what subgraphs need of each other. */
  readonly mayRefuse: boolean;
  /** The API schema. */
  readonly schema: GraphQLSchema;
  readonly supergraph: string;
  readonly pseudonymKey: PseudonymKey;
  readonly ask: (
    data: Data,
    operation: RandomOperation,
    claim: CallerClaim,
    declare: Declare,
    by: ExecutorName,
  ) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** Where a caller declares the purpose. */
export type Declare = 'by header' | 'in the operation';

const PSEUDONYM_SECRET: PseudonymSecret = { id: 'k1', secret: Buffer.alloc(32, 7) };

/** Makes and starts the world of a seed; `null` where its subgraphs do not compose. */
export async function startWorld(seed: number, consents: ConsentSource): Promise<FuzzWorld | null> {
  const dice = createDice(seed);
  const model = generateModel(dice);
  const policy = generatePolicy(dice);
  const { supergraphSdl: supergraph } = composeServices(
    model.subgraphs.map((name) => ({
      name,
      url: `http://${name}.invalid/graphql`,
      typeDefs: parse(printSubgraph(model, name)),
    })),
  );
  if (supergraph === undefined) return null;

  const subgraphs = createSubgraphs(model);
  const executor = switchedExecutor();
  let logged: string[] = [];
  let audited: string[] = [];
  const instance = sudare({
    supergraph: { sdl: supergraph },
    policy,
    identify: identifyByHeaders,
    consent: { url: consents.url, callerKey: null, redis: null, timeoutMs: 20_000 },
    auditSink: { append: async (added) => await Promise.resolve(void audited.push(...added)) },
    auditKey: Buffer.alloc(32, 5),
    pseudonymKey: PSEUDONYM_SECRET,
    logger: pino({ base: null, level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    stamp: 'waived',
    disclosure: 'collapsed',
    buildService: subgraphs.buildService,
    maxPrepared: 20,
    execute: executor.execute,
  });
  const server = new ApolloServer({
    gateway: instance.gateway,
    plugins: [instance.plugin],
    logger: pino({ enabled: false }),
    stopOnTerminationSignals: false,
    csrfPrevention: false,
  });
  await server.start();
  const oracle = createOracle(model, supergraph);
  const closure = closeModel(model);
  const together = fetchedTogether(model, closure);

  return {
    seed,
    model,
    closure,
    policy,
    oracle,
    together,
    mayRefuse: mayBeNeeded(model, together),
    schema: oracle.schema,
    supergraph,
    pseudonymKey: { id: PSEUDONYM_SECRET.id, secret: createSecretKey(PSEUDONYM_SECRET.secret) },
    async ask(data, operation, claim, declare, by) {
      executor.use(by);
      subgraphs.serve(data);
      subgraphs.take();
      logged = [];
      audited = [];
      const headers = new HeaderMap([['content-type', 'application/json'], ...headersOf(claim, declare)]);
      const query =
        declare === 'by header' || claim.purpose === null
          ? operation.query
          : operation.query.replace('{', `@usedFor(purpose: ${JSON.stringify(claim.purpose)}) {`);
      const response = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: 'POST',
          headers,
          search: '',
          body: {
            query,
            variables: operation.variables,
            ...(operation.operationName === null ? {} : { operationName: operation.operationName }),
          },
        },
        context: async () => await instance.contextFor(headers),
      });
      if (response.body.kind !== 'complete') throw new TypeError('Expected a whole answer.');
      return {
        status: response.status ?? 200,
        headers: Object.fromEntries(response.headers),
        text: response.body.string,
        sent: subgraphs.take(),
        logged: logged.join(''),
        audited: audited.join('\n'),
      };
    },
    stop: async () => await server.stop(),
  };
}

function headersOf(claim: CallerClaim, declare: Declare): [string, string][] {
  const { client, purpose, recipient, endUser, ground } = claim;
  const headers: Record<string, string | null> = {
    'x-client-id': client,
    'x-recipient': recipient,
    'x-end-user': endUser,
    'x-ground': ground,
    'x-purpose': declare === 'by header' ? purpose : null,
  };
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, value]],
  );
}
