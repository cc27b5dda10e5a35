import { createServer, request as httpRequest, type Server } from 'node:http';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { openWatching, type Watching, type WatchingConfig } from '../../../gateway/watch/openWatching.ts';

const NOTHING: WatchingConfig = { logLevel: 'silent', metrics: null, traces: null, tracesRatio: 1 };
const logger = pino({ level: 'silent' });
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(config: Partial<WatchingConfig>): Promise<Watching> {
  const watching = await openWatching({ ...NOTHING, ...config }, logger);
  closing.push(watching.close);
  return watching;
}

describe('metrics', () => {
  it('are not served unless an address is configured', async () => {
    const { metricsUrl, watch } = await open({});
    expect(metricsUrl).toBeNull();
    expect(watch.begin(undefined).traceId).toMatch(/^[\da-f]{32}$/);
  });

  it('are served on an address of their own, with those of the process', async () => {
    const { metricsUrl, watch } = await open({ metrics: { host: '127.0.0.1', port: 0 } });
    watch.reloaded('policy', 'reloaded');
    const response = await fetch(metricsUrl ?? '');
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    expect(text).toContain('sudare_reloads_total{what="policy",outcome="reloaded"} 1');
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  });

  it.each([
    { name: 'another path', path: '/graphql', method: 'GET', expected: 404 },
    { name: 'another method', path: '/metrics', method: 'POST', expected: 404 },
    { name: 'a query behind it', path: '/metrics?x=1', method: 'GET', expected: 200 },
    { name: 'what is no path', path: '*', method: 'OPTIONS', expected: 404 },
  ])('and nothing else: $name', async ({ path, method, expected }) => {
    const { metricsUrl } = await open({ metrics: { host: '127.0.0.1', port: 0 } });
    const { port } = new URL(metricsUrl ?? '');
    const sent = httpRequest({ host: '127.0.0.1', port, path, method });
    sent.end();
    const [response] = await once(sent, 'response');
    expect(response).toHaveProperty('statusCode', expected);
    sent.destroy();
  });

  it('that cannot be served say what to do', async () => {
    const taken: Server = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    closing.push(() => taken.close());
    const address = taken.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
    const opened = openWatching({ ...NOTHING, metrics: { host: '127.0.0.1', port: address.port } }, logger);
    await expect(opened).rejects.toThrow(
      `--metrics 127.0.0.1:${address.port} cannot be listened on (EADDRINUSE)`,
    );
  });
});

it('an endpoint of traces makes requests spans of a trace', async () => {
  const { watch } = await open({ traces: 'http://127.0.0.1:9/v1/traces', tracesRatio: 0 });
  const watched = watch.begin(undefined);
  // Not sampled, but a trace all the same, which subgraphs are told of.
  const expected = new RegExp(`^00-${watched.traceId}-[\\da-f]{16}-00$`);
  expect(watched.calling('people').traceParent).toMatch(expected);
});
