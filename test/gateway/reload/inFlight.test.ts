import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGenerations } from '../../../gateway/generations.ts';
import { loadPolicy } from '../../../policies/loadPolicy.ts';
import type { Policy } from '../../../policies/policy.ts';
import { generationOf } from '../prepareHarness.ts';
import { composeTest, startGateway, type TestGateway } from '../../gatewayHarness.ts';

const TYPE_DEFS = `
  type Query { people: [Person!]! }
  type Person @key(fields: "id") @personal(subject: ["id"]) {
    id: ID!
    name: String @personal(category: "identity.name")
    shoe: String
  }
`;
/** The same with a field less, and another field that is personal. */
const OTHER_TYPE_DEFS = `
  type Query { people: [Person!]! }
  type Person @key(fields: "id") @personal(subject: ["id"]) {
    id: ID!
    name: String @personal(category: "identity.name") @purpose(deny: ["service.support"])
  }
`;
const QUERY = { query: '{ people { name } }', purpose: 'service.support' };

/** Holds up the subgraph until it is opened. */
let gate: PromiseWithResolvers<void> | null = null;
let arrived: PromiseWithResolvers<void> = Promise.withResolvers();
let gateway: TestGateway;
let policy: Policy;

beforeAll(async () => {
  policy = await loadPolicy('policies/crowdworks/policy.yaml');
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'people',
        typeDefs: TYPE_DEFS,
        resolvers: {
          Query: {
            people: async () => {
              arrived.resolve();
              await gate?.promise;
              return [{ id: '1', name: 'Ada', shoe: '38' }];
            },
          },
        },
      },
    ],
  });
});
afterAll(async () => await gateway.close());

/** What is answered to a request in whose middle `change` happens. */
async function inTheMiddle(change: () => void): Promise<unknown> {
  gate = Promise.withResolvers();
  arrived = Promise.withResolvers();
  const answer = gateway.send(QUERY);
  await arrived.promise;
  change();
  gate.resolve();
  gate = null;
  return (await answer).data;
}

const SHOWN = { people: [{ name: 'Ada' }] };

describe('a request in flight', () => {
  it('finishes under the policy that it began under', async () => {
    expect((await gateway.send(QUERY)).data).toEqual(SHOWN);
    const support = policy.purposes.get('service.support');
    if (support === undefined) throw new Error('Expected the shipped policy to serve support.');
    const denying: Policy = {
      ...policy,
      purposes: new Map(policy.purposes).set('service.support', { ...support, levels: new Map() }),
    };
    expect(await inTheMiddle(() => gateway.setPolicy(denying))).toEqual(SHOWN);
    expect(JSON.stringify((await gateway.send(QUERY)).data)).not.toContain('Ada');
    gateway.setPolicy(policy);
    expect((await gateway.send(QUERY)).data).toEqual(SHOWN);
  });

  it('finishes on the supergraph that it began on, with both', async () => {
    const url = /url: "(http:[^"]+)"/.exec(gateway.supergraph)?.[1] ?? '';
    const other = composeTest([{ name: 'people', typeDefs: OTHER_TYPE_DEFS }], new Map([['people', url]]));
    expect(await inTheMiddle(() => gateway.setSupergraph(other))).toEqual(SHOWN);
    expect(JSON.stringify((await gateway.send(QUERY)).data)).not.toContain('Ada');
    expect((await gateway.send({ ...QUERY, query: '{ people { shoe } }' })).status).toBe(400);
    gateway.setSupergraph(gateway.supergraph);
    expect((await gateway.send({ ...QUERY, query: '{ people { shoe } }' })).data).toEqual({
      people: [{ shoe: '38' }],
    });
  });
});

describe('a supergraph that is bad', () => {
  it.each([
    { name: 'no GraphQL', sdl: 'type {' },
    { name: 'no supergraph', sdl: 'type Query { people: [String] }' },
    { name: 'empty', sdl: '' },
  ])('changes nothing: $name', async ({ sdl }) => {
    expect(() => gateway.setSupergraph(sdl)).toThrow(Error);
    expect((await gateway.send(QUERY)).data).toEqual(SHOWN);
  });
});

/** Generations of which nothing is used but what keeps them apart. */
const create = () => {
  const built = generationOf('type Query { a: Int }');
  return createGenerations({
    policy,
    build: (supergraphSdl, of) => ({
      ...built,
      schema: buildSchema(supergraphSdl),
      supergraphSdl,
      policy: of,
    }),
  });
};

describe('the generations', () => {
  it('give each request the one whose schema it was validated against', () => {
    const generations = create();
    generations.install('type Query { a: Int }');
    const first = generations.current();
    generations.install('type Query { b: Int }');
    const second = generations.current();
    if (first === null || second === null) throw new Error('Expected both to be installed.');
    expect(generations.of(first.schema)).toBe(first);
    expect(generations.of(second.schema)).toBe(second);
    expect(second).not.toBe(first);
  });

  it('keep the old one, policy and all, where a listener refuses the new one', () => {
    const generations = create();
    generations.install('type Query { a: Int }');
    const first = generations.current();
    generations.onUpdate(({ coreSupergraphSdl }) => {
      if (coreSupergraphSdl.includes('b:')) throw new Error('refused');
    });
    expect(() => generations.install('type Query { b: Int }')).toThrow('refused');
    expect(generations.current()).toBe(first);
  });

  it('take a policy for supergraphs to come, too', () => {
    const generations = create();
    const next = { ...policy };
    generations.setPolicy(next);
    expect(generations.current()).toBeNull();
    generations.install('type Query { a: Int }');
    expect(generations.current()?.policy).toBe(next);
  });
});
