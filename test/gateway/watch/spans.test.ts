import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWatchedWorld, type WatchedWorld } from './watchedWorld.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const MARKETING = { client: 'mail-campaign', purpose: 'marketing.recommendation' };
/** The query’s own words are one document, so that what is kept of it in one test is not there in another. */
const query = (n: number): string => `query Q${n} { users { id name email } }`;

let world: WatchedWorld;
let before = 0;

const newest = (): readonly ReadableSpan[] => world.spans().slice(before);
const named = (name: string): ReadableSpan => {
  const span = newest().find((each) => each.name === name);
  if (span === undefined)
    throw new Error(
      `No span ${name} among ${newest()
        .map((each) => each.name)
        .join()}`,
    );
  return span;
};
const textOf = (span: ReadableSpan): string =>
  `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`;

describe('with an SDK', () => {
  beforeAll(async () => (world = await startWatchedWorld()));
  afterEach(() => {
    before = world.spans().length;
    world.subgraphIs('well');
    world.consentSourceIs('well');
  });
  afterAll(async () => await world.close());

  it('a request is a trace of its steps, and calls are parts of theirs', async () => {
    await world.gateway.send({ query: query(1), ...MARKETING });
    const parents = new Map(newest().map((span) => [span.spanContext().spanId, span.name]));
    expect(
      newest().map(({ name, parentSpanContext: parent }) => [
        name,
        parent === undefined ? null : parents.get(parent.spanId),
      ]),
    ).toEqual([
      ['sudare.plan', 'sudare.prepare'],
      ['sudare.prepare', 'sudare.request'],
      ['sudare.subgraph', 'sudare.fetch'],
      ['sudare.fetch', 'sudare.request'],
      ['sudare.consent.read', 'sudare.consent'],
      ['sudare.consent', 'sudare.request'],
      ['sudare.project', 'sudare.request'],
      ['sudare.audit', 'sudare.request'],
      ['sudare.request', null],
    ]);
  });

  it('says who asked what for, how it ended and how many coordinates were decided how', async () => {
    await world.gateway.send({ query: query(1), ...MARKETING });
    expect(named('sudare.request').attributes).toEqual({
      'sudare.client': 'mail-campaign',
      'sudare.purpose': 'marketing.recommendation',
      'sudare.outcome': 'OK',
      'http.response.status_code': 200,
      'sudare.coordinates.denied': 2,
    });
    expect(named('sudare.subgraph').attributes).toEqual({
      'sudare.subgraph': 'people',
      'sudare.outcome': 'ok',
    });
    expect(named('sudare.consent.read').attributes).toEqual({ 'sudare.subjects': 2 });
    // What was planned before is kept.
    expect(newest().map(({ name }) => name)).not.toContain('sudare.plan');
  });

  it('goes on in the trace that the client began, and tells subgraphs and the consent source of theirs', async () => {
    const calls = world.calls().length;
    const consentCalls = world.consentCalls().length;
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    const headers = { traceparent, tracestate: 'canary=1', baggage: 'canary=1' };
    await world.gateway.send({ query: query(1), ...MARKETING, headers });
    expect(named('sudare.request').parentSpanContext).toMatchObject({ traceId: TRACE, spanId: SPAN });
    const [call, ...more] = world.calls().slice(calls);
    expect(more).toEqual([]);
    expect(call?.['traceparent']).toBe(textOf(named('sudare.subgraph')));
    expect(call).not.toHaveProperty('tracestate');
    expect(call).not.toHaveProperty('baggage');
    expect(world.consentCalls()[consentCalls]?.['traceparent']).toBe(textOf(named('sudare.consent.read')));
    // The log and the access record name the same trace.
    expect(world.requestLines().at(-1)).toMatchObject({ traceId: TRACE });
    expect(world.gateway.audited().at(-1)).toContain(TRACE);
  });

  it('does not tell of a trace that its client leaves out, and still tells subgraphs so', async () => {
    const calls = world.calls().length;
    const headers = { traceparent: `00-${TRACE}-${SPAN}-00` };
    await world.gateway.send({ query: query(1), ...MARKETING, headers });
    expect(newest()).toEqual([]);
    expect(world.calls()[calls]?.['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[\\da-f]{16}-00$`));
  });

  it.each([
    { manner: 'errs', outcome: 'errors' },
    { manner: 'broken', outcome: 'failed' },
    { manner: 'hangs', outcome: 'timeout' },
  ] as const)(
    'says how a call of a subgraph failed that $manner, without its words',
    async ({ manner, outcome }) => {
      world.subgraphIs(manner);
      await world.gateway.send({ query: query(1), ...MARKETING });
      const { status, attributes, events } = named('sudare.subgraph');
      expect({ status, attributes, events }).toEqual({
        status: { code: SpanStatusCode.ERROR },
        attributes: { 'sudare.subgraph': 'people', 'sudare.outcome': outcome },
        events: [],
      });
    },
  );

  it('says that the consent source failed', async () => {
    world.consentSourceIs('broken');
    await world.gateway.send({ query: query(1), ...MARKETING });
    expect(named('sudare.consent.read').status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it('ends the trace of a request that is refused', async () => {
    await world.gateway.send({ query: query(1), client: 'mail-campaign', purpose: 'canary' });
    expect(newest().map(({ name }) => name)).toEqual(['sudare.request']);
    expect(named('sudare.request').attributes).toMatchObject({
      'sudare.purpose': 'other',
      'sudare.outcome': 'PURPOSE_UNKNOWN',
    });
  });

  it('holds no value, whatever happened', async () => {
    for (const manner of ['well', 'errs', 'broken'] as const) {
      world.subgraphIs(manner);
      const literal = 'query canary { canary: user(id: "canary") { id canary: name } }';
      await world.gateway.send({ query: literal, ...MARKETING });
    }
    expect(newest().length).toBeGreaterThan(10);
    const told = world.spans().map(({ name, attributes, events, status, links }) => ({
      name,
      attributes,
      events,
      status,
      links,
    }));
    expect(JSON.stringify(told)).not.toContain('canary');
  });
});

describe('without an SDK', () => {
  beforeAll(async () => (world = await startWatchedWorld({}, 'by-log-alone')));
  afterAll(async () => await world.close());

  it('a traceparent goes on to subgraphs as it came, and nothing else does', async () => {
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    await world.gateway.send({
      query: query(2),
      ...MARKETING,
      headers: { traceparent, tracestate: 'canary=1' },
    });
    expect(world.calls().at(-1)?.['traceparent']).toBe(traceparent);
    expect(world.calls().at(-1)).not.toHaveProperty('tracestate');
    expect(world.requestLines().at(-1)).toMatchObject({ traceId: TRACE });
  });

  it.each([undefined, 'canary', `00-${'0'.repeat(32)}-${SPAN}-01`])(
    'none goes on where none came: %s',
    async (traceparent) => {
      await world.gateway.send({
        query: query(2),
        ...MARKETING,
        headers: traceparent === undefined ? {} : { traceparent },
      });
      expect(world.calls().at(-1)).not.toHaveProperty('traceparent');
      expect(world.requestLines().at(-1)?.['traceId']).toMatch(/^(?!0{32})[\da-f]{32}$/);
    },
  );
});
