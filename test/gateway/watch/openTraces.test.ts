import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { openTraces } from '../../../gateway/watch/openTraces.ts';

interface Sent {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Takes what is sent to it, and answers with a status, once it may. */
async function collector(
  status: number,
  mayAnswer: Promise<void> = Promise.resolve(),
): Promise<{ endpoint: string; sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      sent.push({ url: request.url, headers: request.headers, body: await text(request) });
      await mayAnswer;
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    };
    take().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return { endpoint: `http://127.0.0.1:${address.port}/v1/traces`, sent };
}

/** Opens traces and makes some spans, each a trace of its own. */
async function sendSpans(
  endpoint: string,
  ratio: number,
  count: number,
  made: () => void = () => undefined,
): Promise<{ failed: number[]; lost: number }> {
  const failed: number[] = [];
  let lost = 0;
  const traces = await openTraces({
    endpoint,
    ratio,
    onFailure: (unsaid) => failed.push(unsaid),
    onLost: (spans) => (lost += spans),
  });
  const tracer = traces.tracerProvider.getTracer('test');
  for (let each = 0; each < count; each++) tracer.startSpan('a span').end();
  made();
  await traces.close();
  return { failed, lost };
}

describe('traces', () => {
  it('go to the endpoint, at the latest when they are closed, and say whose they are', async () => {
    const { endpoint, sent } = await collector(200);
    expect(await sendSpans(endpoint, 1, 3)).toEqual({ failed: [], lost: 0 });
    expect(sent.map(({ url }) => url)).toEqual(['/v1/traces']);
    expect(sent[0]?.body.split('"name":"a span"')).toHaveLength(4);
    expect(sent[0]?.body).toContain('{"key":"service.name","value":{"stringValue":"sudare"}}');
  });

  it('say nothing of the host or the process', async () => {
    const { endpoint, sent } = await collector(200);
    await sendSpans(endpoint, 1, 1);
    expect(sent[0]?.body).not.toMatch(/host\.|process\.|os\./);
  });

  it.each([
    [0, 0],
    [1, 20],
  ])('are sent in part: %d', async (ratio, expected) => {
    const { endpoint, sent } = await collector(200);
    await sendSpans(endpoint, ratio, 20);
    expect(sent.flatMap(({ body }) => body.match(/"name":"a span"/g) ?? [])).toHaveLength(expected);
  });

  it('are lost where the endpoint does not take them, which is said, and ends a stop all the same', async () => {
    const { endpoint, sent } = await collector(400);
    expect(await sendSpans(endpoint, 1, 3)).toEqual({ failed: [0], lost: 3 });
    expect(sent).toHaveLength(1);
  });

  it('are lost where more of them wait for a slow endpoint than are kept, and each of these is counted', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const { endpoint, sent } = await collector(200, mayAnswer);
    const { failed, lost } = await sendSpans(endpoint, 1, 5_000, answer);
    const arrived = sent.reduce((sum, { body }) => sum + (body.match(/"name":"a span"/g) ?? []).length, 0);
    expect(lost).toBeGreaterThan(0);
    expect(arrived + lost).toBe(5_000);
    expect(failed).toEqual([0]);
  });

  it('are lost, and counted, once they are closed', async () => {
    const { endpoint, sent } = await collector(200);
    let lost = 0;
    const traces = await openTraces({
      endpoint,
      ratio: 1,
      onFailure: () => undefined,
      onLost: (spans) => (lost += spans),
    });
    await traces.close();
    traces.tracerProvider.getTracer('test').startSpan('a span').end();
    expect([sent.length, lost]).toEqual([0, 1]);
  });

  it('are those of the gateway alone: nobody else in the process finds where to write', async () => {
    const { endpoint } = await collector(200);
    await sendSpans(endpoint, 1, 1);
    expect(trace.getTracer('another').startSpan('canary').isRecording()).toBe(false);
  });
});
