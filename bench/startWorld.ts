import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../test/harness.ts';
import { createCallers, type Callers } from './callers.ts';
import { createExpectations, type Expect } from './checkAnswer.ts';
import type { Contestant } from './contestants.ts';
import { startGatewayProcess, type GatewayProcess } from './gatewayProcess.ts';
import type { GatewayConfig } from './gateways/hostGateway.ts';
import { divideProcessors, type Processors } from './processors.ts';
import type { RecordedCalls } from './recordedCalls.ts';
import { startConsentSource, type ConsentSource } from './world/consentSource.ts';
import { createGraph } from './world/graph.ts';
import { startRecordedSubgraphs, type RecordedSubgraphs } from './world/recordedSubgraphs.ts';
import { readRecord } from './world/recordReader.ts';
import { composeWorld, type Annotation } from './world/subgraphs.ts';

/** All that gateways need around them. */
export interface World {
  readonly processors: Processors;
  readonly subgraphs: RecordedSubgraphs;
  readonly consents: ConsentSource;
  readonly callers: Callers;
  readonly redisUrl: string;
  readonly expect: Expect;
  /** Starts the gateway of a row; it ends with the world. `supergraph` is a file, by default the row's own. */
  readonly start: (contestant: Contestant, supergraph?: string) => Promise<GatewayProcess>;
  /** Tells proxies that are started from now on what to do. */
  readonly setCalls: (calls: RecordedCalls) => Promise<void>;
  /** Files of the supergraph, by annotation. */
  readonly supergraphs: Readonly<Record<Annotation, string>>;
  /** Writes a file into a folder that is gone afterwards, and gives its path. */
  readonly write: (name: string, text: string) => Promise<string>;
}

/** Starts subgraphs, Redis and the consent source, and stops them with the stack. */
export async function startWorld(stack: AsyncDisposableStack): Promise<World> {
  const processors = await divideProcessors();
  const folder = await mkdtemp(join(tmpdir(), 'sudare-bench-'));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const write = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };

  const redis = await startRedis();
  stack.defer(async () => await redis.stop());
  const reader = readRecord(redis.url);
  stack.defer(() => reader.close());
  const subgraphs = await startRecordedSubgraphs(createGraph('everything'));
  stack.defer(async () => await subgraphs.close());
  const consents = await startConsentSource();
  stack.defer(async () => await consents.close());

  const callers = await createCallers();
  const plain = composeWorld(subgraphs.urls, 'plain');
  const supergraphs: Readonly<Record<Annotation, string>> = {
    plain: await write('plain.graphql', plain),
    annotated: await write('annotated.graphql', composeWorld(subgraphs.urls, 'annotated')),
  };
  const tokenKey = await write('callers.pem', callers.publicKey);
  const calls = await write('calls.json', '[]');
  const cacheKey = randomBytes(32).toString('base64');

  return {
    processors,
    subgraphs,
    consents,
    callers,
    redisUrl: redis.url,
    expect: createExpectations(plain),
    write,
    supergraphs,
    setCalls: async (recorded) => void (await write('calls.json', JSON.stringify(recorded))),
    async start({ name, module, supergraph, headers, deduplication, record, beside }, file) {
      const config: GatewayConfig = {
        supergraph: file ?? supergraphs[supergraph],
        consentUrl: consents.url,
        redisUrl: redis.url,
        cacheKey,
        tokenKey: headers === 'byToken' ? tokenKey : null,
        calls,
        deduplication,
        beside,
        record:
          record === 'standard output'
            ? null
            : { file: join(folder, `${name}.ndjson`), mode: record === 'file' ? 'required' : 'best-effort' },
      };
      const gateway = await startGatewayProcess({ module, config, processors });
      stack.defer(async () => await gateway.stop());
      return gateway;
    },
  };
}
