import type { SupergraphManager } from '@apollo/gateway';
import { describe, expect, it } from 'vitest';
import { buildGeneration, underPolicy, type GenerationInput } from '../../gateway/generation.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import { smallPolicy } from '../policies/smallPolicy.ts';
import { composeTest, startGateway, type TestGateway } from '../gatewayHarness.ts';
import { callerFor, generationOf, prepareQuery } from './prepareHarness.ts';

const PEOPLE = `
  type Query { me: User }
  type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! mail: String @personal(category: "contact.email") }
`;
const subgraphs = [
  {
    name: 'people',
    typeDefs: PEOPLE,
    resolvers: { Query: { me: () => ({ id: '1', mail: 'ada@example.com' }) } },
  },
];

const input: GenerationInput = {
  supergraphSdl: composeTest(subgraphs),
  policy: smallPolicy(),
  subgraphUrls: new Map(),
  buildService: () => ({ process: async () => await Promise.reject(new Error('not asked')) }),
  consentUrl: null,
  maxPrepared: 2,
};

describe('a generation', () => {
  it('keeps so many prepared operations and no more, those used last', () => {
    const { prepared } = buildGeneration(input);
    const generation = generationOf(PEOPLE);
    for (const key of ['a', 'b', 'c']) {
      prepared.set(key, prepareQuery(generation, `{ ${key}: me { id } }`, callerFor()));
      prepared.get('a');
    }
    expect([...prepared.keys()].sort()).toEqual(['a', 'c']);
  });

  it('under another policy leaves behind what was prepared, and shares the rest', () => {
    const generation = buildGeneration(input);
    generation.prepared.set('a', prepareQuery(generation, '{ me { id } }'));
    const next = underPolicy(generation, smallPolicy());
    expect([next.prepared.size, next.prepared.max, generation.prepared.size]).toEqual([0, 2, 1]);
    expect(next.policy).not.toBe(generation.policy);
    expect([next.schema, next.planner, next.rules]).toEqual([
      generation.schema,
      generation.planner,
      generation.rules,
    ]);
  });

  it('routes a subgraph elsewhere, and refuses to route one that is not there', () => {
    const urls: string[] = [];
    const built = buildGeneration({
      ...input,
      subgraphUrls: new Map([['people', 'http://127.0.0.1:9/x']]),
      buildService: (definition) => {
        urls.push(definition.url);
        return input.buildService(definition);
      },
    });
    expect([urls, built.definitions.map(({ url }) => url)]).toEqual([
      ['http://127.0.0.1:9/x'],
      ['http://127.0.0.1:9/x'],
    ]);
    expect(() => buildGeneration({ ...input, subgraphUrls: new Map([['peeple', 'http://x/']]) })).toThrow(
      /peeple: the supergraph has no such subgraph; it has people/,
    );
  });

  it.each([
    '',
    'type Query { a: Int }',
    'not a schema',
    composeTest(subgraphs).replaceAll('join__Graph', 'Graph'),
  ])('is not built from what is no supergraph', (supergraphSdl) => {
    expect(() => buildGeneration({ ...input, supergraphSdl })).toThrow(
      expect.objectContaining({ name: 'NotASupergraphError' }),
    );
  });
});

/** A promise and the function that settles it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const mailOf = async (gateway: TestGateway): Promise<unknown> =>
  (await gateway.send({ query: '{ me { mail } }', purpose: 'service.support' })).data;

const SHOWN = { me: { mail: 'ada@example.com' } };
const HIDDEN = { me: { mail: '█████@masked.invalid' } };

describe('a policy that changes', () => {
  it('holds for the next request, also for operations that were prepared before', async () => {
    const gateway = await startGateway({ subgraphs });
    try {
      const policy = await loadPolicy('policies/crowdworks/policy.yaml');
      const support = policy.purposes.get('service.support');
      if (support === undefined) throw new Error('Expected the purpose.');
      const stricter = {
        ...policy,
        purposes: new Map(policy.purposes).set('service.support', { ...support, levels: new Map() }),
      };
      expect(await mailOf(gateway)).toEqual(SHOWN);
      gateway.setPolicy(stricter);
      expect(await mailOf(gateway)).toEqual(HIDDEN);
      gateway.setPolicy(policy);
      expect(await mailOf(gateway)).toEqual(SHOWN);
    } finally {
      await gateway.close();
    }
  });
});

/** A manager that serves one supergraph until it is told of another. */
function manual(sdl: string): {
  readonly manager: SupergraphManager;
  readonly update: (sdl: string) => void;
} {
  let tell: ((sdl: string) => void) | null = null;
  return {
    manager: {
      initialize: async ({ update }) => {
        tell = update;
        return await Promise.resolve({ supergraphSdl: sdl });
      },
    },
    update: (next) => tell?.(next),
  };
}

describe('a supergraph that changes', () => {
  it('answers requests on their way by the generation that they began with', async () => {
    const reached = gate();
    const released = gate();
    const before = {
      name: 'people',
      typeDefs: 'type Query { me: User old: Int } type User @key(fields: "id") { id: ID! mail: String }',
      resolvers: {
        Query: {
          me: async () => {
            reached.open();
            await released.opened;
            return { id: '1', mail: 'ada@example.com' };
          },
        },
      },
    };
    const source = await startGateway({ subgraphs: [before] });
    const { manager, update } = manual(source.supergraph);
    const gateway = await startGateway({ subgraphs: [before], override: { supergraph: { manager } } });
    try {
      const first = gateway.send({ query: '{ me { mail } old }', purpose: 'service.support' });
      await reached.opened;
      // The next supergraph protects the mail, and has no `old`.
      const [url = ''] = /http:\/\/127[^"]+/.exec(source.supergraph) ?? [];
      update(composeTest([{ name: 'people', typeDefs: PEOPLE }], new Map([['people', url]])));
      const second = gateway.send({ query: '{ me { mail } }' });
      const gone = await gateway.send({ query: '{ old }' });
      released.open();
      expect((await first).data).toEqual({ me: { mail: 'ada@example.com' }, old: null });
      expect((await second).data).toEqual(HIDDEN);
      expect(gone.errors[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    } finally {
      released.open();
      await gateway.close();
      await source.close();
    }
  });

  it('to one that cannot be served is refused, and the old one stays', async () => {
    const source = await startGateway({ subgraphs });
    const { manager, update } = manual(source.supergraph);
    const gateway = await startGateway({ subgraphs, override: { supergraph: { manager } } });
    try {
      expect(() => update('type Query { a: Int }')).toThrow('supergraph');
      expect(await mailOf(gateway)).toEqual(SHOWN);
    } finally {
      await gateway.close();
      await source.close();
    }
  });
});
