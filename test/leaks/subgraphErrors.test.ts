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
