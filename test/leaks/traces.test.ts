import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXECUTORS, type ExecutorName } from '../bothExecutors.ts';
import type { TestGateway } from '../gatewayHarness.ts';
import { CANARY, MARKETING, startWorld, SUPPORT } from './world.ts';

/** The OpenTelemetry API that @apollo/gateway writes its spans and metrics to; a host's own SDK listens there. */
interface TelemetryApi {
  readonly trace: { setGlobalTracerProvider(provider: object): boolean; disable(): void };
  readonly metrics: { setGlobalMeterProvider(provider: object): boolean; disable(): void };
}

const gatewayRequire = createRequire(import.meta.resolve('@apollo/gateway'));
const api: TelemetryApi = gatewayRequire('@opentelemetry/api');

/** Everything that was said of spans and metrics: names, attributes, events, exceptions, labels. */
const recorded: string[] = [];
let spans = 0;

const record = (what: string, given: readonly unknown[]): void => {
  const told = given.filter((each) => typeof each !== 'function');
  recorded.push(
    JSON.stringify([what, told], (_, value: unknown) =>
      value instanceof Error ? [Object.entries(value), value.name, value.message, value.stack] : value,
    ),
  );
};

/** Records every call, whatever its name; `startActiveSpan` runs what it is given. */
const recorder = (name: string): object =>
  new Proxy(
    {},
    {
      get: (_, method) => {
        if (typeof method !== 'string' || method === 'then' || method === 'toJSON') return undefined;
        if (method === 'getDelegateTracer') return undefined;
        return (...given: readonly unknown[]) => {
          if (method === 'startActiveSpan' || method === 'startSpan') spans += 1;
          record(
            `${name}.${method}`,
            given.filter((each) => !isContext(each)),
          );
          const run = given.findLast((each) => typeof each === 'function');
          const span = recorder('span');
          return method === 'startActiveSpan' && typeof run === 'function' ? (run(span) as unknown) : span;
        };
      },
    },
  );

const isContext = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'getValue' in value && 'setValue' in value;

let gateways: Readonly<Record<ExecutorName, TestGateway>>;

beforeAll(async () => {
  api.trace.setGlobalTracerProvider({ getTracer: () => recorder('tracer') });
  api.metrics.setGlobalMeterProvider({ getMeter: () => recorder('meter') });
  const { compiled, reference } = EXECUTORS;
  gateways = {
    compiled: await startWorld({ override: { execute: compiled } }),
    reference: await startWorld({ override: { execute: reference } }),
  };
});

afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close();
  api.trace.disable();
  api.metrics.disable();
});

it.each([
  { name: 'what is shown', query: '{ users { name email poster } }' },
  { name: 'errors of subgraphs', query: '{ users { failing broken } pen { torn } }' },
  { name: 'literals', query: '{ node(id: "canary-literal") { id } }' },
  { name: 'variables', query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: 'canary-id' } },
  { name: 'what cannot be parsed', query: '{ node(id: "canary' },
  { name: 'what is not in the schema', query: '{ node(id: "canary") { canary } }' },
  { name: 'writes', query: 'mutation { touch(id: "canary") { id } revealEmail(id: "1") }' },
])('spans, exceptions and metric labels hold no value: $name', async ({ query, variables = {} }) => {
  for (const gateway of Object.values(gateways)) {
    for (const caller of [SUPPORT, MARKETING, {}]) await gateway.send({ query, variables, ...caller });
  }
  expect(recorded.join('\n')).not.toContain(CANARY);
});

it('there are spans to look at, of the executor of @apollo/gateway', async () => {
  const before = spans;
  await gateways.reference.send({ query: '{ users { name } }', ...SUPPORT });
  expect(spans).toBeGreaterThan(before);
  expect(recorded.join('\n')).toContain('accounts');
});

it('a trace context of the caller’s goes no further than the log', async () => {
  const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
  const headers = { traceparent, tracestate: 'canary=1', baggage: 'canary=canary' };
  for (const gateway of Object.values(gateways)) {
    const answer = await gateway.send({ query: '{ me { failing } }', headers });
    expect(gateway.logged()).toContain('c'.repeat(32));
    expect([answer.text, gateway.logged(), ...recorded].join('\n')).not.toContain(CANARY);
  }
});
