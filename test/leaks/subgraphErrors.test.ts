import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, MARKETING, startWorld, SUPPORT, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe('errors of subgraphs, whose messages, codes and extensions quote personal data', () => {
  it('are told in words of ours where the field is nobody’s', async () => {
    const answer = await gateway.send({ query: '{ me { f: failing label } }' });
    expect(answer.data).toEqual({ me: { f: null, label: 'user 2' } });
    expect(answer.errors).toEqual([
      {
        message: expect.stringContaining('accounts') as unknown,
        path: ['me', 'f'],
        extensions: { code: 'SUBGRAPH_ERROR', serviceName: 'accounts' },
      },
    ]);
    expect(told(gateway, answer)).not.toContain(CANARY);
  });

  it('are told in words of ours where the field is shown', async () => {
    const answer = await gateway.send({ query: '{ me { broken } }', ...SUPPORT });
    expect(answer.data).toEqual({ me: { broken: null } });
    expect(answer.errors.map(({ path }) => path)).toEqual([['me', 'broken']]);
    expect(told(gateway, answer)).not.toContain(CANARY);
  });

  it.each([
    { who: 'without purpose', caller: {} },
    { who: 'without consent', caller: MARKETING },
  ])('are not told of at all where the field is denied, $who', async ({ caller }) => {
    const answer = await gateway.send({ query: '{ me { broken friend { b: broken } } }', ...caller });
    expect(answer.data).toEqual({ me: { broken: EMAIL, friend: { b: EMAIL } } });
    expect(answer.errors).toEqual([]);
    expect(told(gateway, answer)).not.toContain(CANARY);
  });
});

/** What a data source or an identification of somebody's own may throw. */
const thrown: readonly { readonly name: string; readonly error: unknown }[] = [
  { name: 'a text', error: 'canary' },
  { name: 'an object', error: { message: 'canary', code: 'canary', toString: () => 'canary' } },
  { name: 'an error', error: new Error('canary', { cause: new Error('canary', { cause: 'canary' }) }) },
  { name: 'several errors', error: new AggregateError([new Error('canary'), 'canary'], 'canary') },
  {
    name: 'an error with all that one can have',
    error: Object.assign(new Error('canary'), {
      name: 'canary',
      code: 'canary',
      stack: 'Error: canary\n    at canary (canary:1:2)',
      extensions: { code: 'canary', canary: 'canary' },
    }),
  },
  {
    name: 'a GraphQL error',
    error: new GraphQLError('canary', { extensions: { code: 'CANARY_CANARY', canary: 1 } }),
  },
  {
    name: 'a GraphQL error with a code of ours',
    error: new GraphQLError('canary', {
      extensions: { code: 'UNAUTHENTICATED', canary: 1, coordinate: 'canary' },
    }),
  },
  {
    name: 'a GraphQL error with a code of Apollo Server',
    error: new GraphQLError('canary', { extensions: { code: 'BAD_USER_INPUT', canary: 1 } }),
  },
  {
    name: 'a GraphQL error that sets headers',
    error: new GraphQLError('canary', {
      extensions: { http: { status: 418, headers: new Map([['x-canary', 'canary']]) } },
    }),
  },
];

describe.each(thrown)('$name that is thrown', ({ error }) => {
  const throwing = async (): Promise<never> => {
    await Promise.resolve();
    throw error;
  };

  it.each([
    { where: 'by a data source', override: { buildService: () => ({ process: throwing }) } },
    { where: 'by an identification', override: { identify: throwing } },
    { where: 'by the audit', override: { auditSink: { append: throwing } } },
  ])('is told in no words of its own, $where', async ({ override }) => {
    const broken = await startWorld({ override });
    try {
      const answer = await broken.send({ query: '{ me { email } }', ...SUPPORT });
      expect(answer.errors).toHaveLength(1);
      expect(answer.text).not.toContain('"email"');
      expect(told(broken, answer)).not.toMatch(/canary/i);
      for (const { extensions } of answer.errors) {
        expect(['SUBGRAPH_ERROR', 'GATEWAY_ERROR', 'UNAUTHENTICATED']).toContain(extensions['code']);
      }
    } finally {
      await broken.close();
    }
  });
});
