import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSubgraphs } from '../../gateway/openSubgraphs.ts';
import type { TestGateway } from '../gatewayHarness.ts';
import { EMAIL, MARKETING, startWorld, SUPPORT } from '../leaks/world.ts';

describe('a gateway that includes the errors of one subgraph', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startWorld({ override: { includeSubgraphErrors: ['accounts'] } });
  });

  afterAll(async () => await gateway.close());

  it('tells them in the subgraph’s words, with its extensions', async () => {
    const { data, errors } = await gateway.send({ query: '{ me { f: failing label } }' });
    expect(data).toEqual({ me: { f: null, label: 'user 2' } });
    expect(errors).toEqual([
      {
        message: 'nothing for canary-name-2',
        path: ['me', 'f'],
        extensions: {
          code: 'SUBGRAPH_ERROR',
          serviceName: 'accounts',
          original: { code: 'canary-name-2', name: 'canary-name-2', serviceName: 'accounts' },
        },
      },
    ]);
  });

  it('tells them where the field is shown', async () => {
    const { errors } = await gateway.send({ query: '{ me { broken } }', ...SUPPORT });
    expect(errors.map(({ message }) => message)).toEqual(['no mail for canary-email-2@example.com']);
  });

  it.each([{ caller: {} }, { caller: MARKETING }])(
    'tells nothing where the field is denied: $caller',
    async ({ caller }) => {
      const { data, errors, text } = await gateway.send({ query: '{ me { broken } }', ...caller });
      expect(data).toEqual({ me: { broken: EMAIL } });
      expect(errors).toEqual([]);
      expect(text).not.toContain('canary');
    },
  );

  it('tells those of others in its own words', async () => {
    const { errors } = await gateway.send({ query: '{ pen { torn } }' });
    expect(errors.map(({ message }) => message)).toEqual([
      'Subgraph "letters" gave no answer, or one with errors.',
    ]);
  });
});

describe('subgraphs whose errors are included', () => {
  it('are refused outside development', () => {
    expect(() => openSubgraphs(['accounts'], 'collapsed')).toThrow(/development alone/);
    expect([...openSubgraphs([], 'collapsed').names]).toEqual([]);
  });

  it('must be the supergraph’s', () => {
    const { check } = openSubgraphs(['accounts', 'job'], 'true-reasons');
    const definitions = ['accounts', 'jobs'].map((name) => ({ name, url: '' }));
    expect(() => check(definitions)).toThrow(
      '--include-subgraph-errors job: the supergraph has no such subgraph; it has accounts, jobs.',
    );
    expect(() => check([...definitions, { name: 'job', url: '' }])).not.toThrow();
  });

  it('keep a gateway from starting where they are not', async () => {
    await expect(startWorld({ override: { includeSubgraphErrors: ['nobody'] } })).rejects.toThrow(
      /no such subgraph/,
    );
  });
});
