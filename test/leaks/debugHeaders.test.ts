import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, MARKETING, STRANGERS, SUPPORT, told } from './world.ts';

/** By which Apollo's servers, gateways and subgraphs are asked to tell more of what they do. */
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'apollo-federation-include-trace': 'ftv1' },
  { 'apollo-query-plan-experimental': '1' },
  { 'apollo-expose-query-plan': 'true' },
  { 'apollo-cache-debug': 'true' },
  { 'apollo-connectors-debugging': 'true' },
  { 'apollographql-client-name': 'studio', 'apollographql-client-version': '1' },
  { 'x-apollo-tracing': '1' },
  { 'x-debug': '1' },
  { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'debug=1' },
];

const answerSchema = z.looseObject({});

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { me: User! }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String! @personal(category: "contact.email")
            failing: String
          }
        `,
        resolvers: {
          Query: { me: () => ({ id: '2', email: 'canary-email-2@example.com' }) },
          User: {
            __resolveReference: () => ({ id: '2', email: 'canary-email-2@example.com' }),
            failing: () => {
              throw new Error('canary failed');
            },
          },
        },
        // As a subgraph with inline traces does, whose traces quote its errors.
        onWire: (json) =>
          JSON.stringify({
            ...answerSchema.parse(JSON.parse(json)),
            extensions: {
              ftv1: Buffer.from('canary-trace').toString('base64'),
              tracing: { canary: 'canary' },
            },
          }),
      },
    ],
  });
});

afterAll(async () => await gateway.close());

const bare = async (headers: Readonly<Record<string, string>>, caller: object, query: string) =>
  await gateway.send({ query, ...caller, headers });

describe.each(HEADERS)('with %j', (headers) => {
  it.each([...STRANGERS, { who: 'with purpose', caller: SUPPORT }])(
    'the answer is the same, asked $who',
    async ({ caller }) => {
      for (const query of ['{ me { email } }', '{ me { id failing } }', '{ me { nothing } }']) {
        const expected = await bare({}, caller, query);
        const answer = await bare(headers, caller, query);
        expect(answer.text).toBe(expected.text);
        expect(Object.keys(answer.extensions)).not.toContain('ftv1');
        expect([...answer.headers.keys()]).toEqual([...expected.headers.keys()]);
      }
    },
  );

  it('nothing denied is told', async () => {
    const answer = await bare(headers, MARKETING, '{ me { email failing } }');
    expect(answer.data).toEqual({ me: { email: EMAIL, failing: null } });
    expect(told(gateway, answer)).not.toContain(CANARY);
    expect(answer.text).not.toMatch(/ftv1|queryPlan|tracing|stacktrace/);
  });
});

it('what is asked by extensions of the request is not told either', async () => {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk' },
    body: JSON.stringify({
      query: '{ me { email } }',
      extensions: { tracing: true, queryPlan: true, canary: 'canary', debug: true },
    }),
  });
  const text = await response.text();
  expect(text).toContain(EMAIL);
  expect(told(gateway, { text, headers: response.headers })).not.toContain(CANARY);
});

it('a caller who may know is shown the value all the same', async () => {
  expect((await bare({}, SUPPORT, '{ me { email } }')).text).toContain('canary-email-2');
});
