import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { inEntityBatches } from '../../../gateway/execute/inEntityBatches.ts';
import type { DataSource } from '../../../gateway/execute/services.ts';
import { startGateway } from '../../gatewayHarness.ts';

type Answer = Awaited<ReturnType<DataSource['process']>>;

const representations = z.array(z.unknown());

const ask = async (count: number, answer: (ids: readonly unknown[]) => Answer, max = 2): Promise<Answer> => {
  const source: DataSource = {
    process: async ({ request }) =>
      await Promise.resolve(answer(representations.parse(request.variables?.['representations']))),
  };
  const variables = { representations: Array.from({ length: count }, (_, at) => at) };
  return await inEntityBatches(source, max).process({
    kind: GraphQLDataSourceRequestKind.LOADING_SCHEMA,
    request: { query: '', variables },
    context: {},
  });
};

it('entities keep their order, and errors their entity', async () => {
  const { data, errors } = await ask(5, (ids) => ({
    data: { _entities: ids.map((id) => ({ id })) },
    errors: [{ message: 'x', path: ['_entities', 0, 'name'] }, { message: 'y' }],
  }));
  expect(data).toEqual({ _entities: [0, 1, 2, 3, 4].map((id) => ({ id })) });
  expect(errors?.map(({ path }) => path)).toEqual([
    ['_entities', 0, 'name'],
    undefined,
    ['_entities', 2, 'name'],
    undefined,
    ['_entities', 4, 'name'],
    undefined,
  ]);
});

it.each([
  {
    name: 'a batch that has no data',
    answer: { data: null, errors: [{ message: 'x' }] },
    expected: [null, null, null],
  },
  { name: 'a batch with one entity too few', answer: { data: { _entities: [] } }, expected: [] },
  { name: 'a batch that is none', answer: { data: { _entities: 'x' } }, expected: [] },
])('$name puts no entity in the place of another', async ({ answer, expected }) => {
  const { data } = await ask(3, () => answer);
  expect(data).toEqual({ _entities: expected });
});

it('a call that fails fails the whole', async () => {
  await expect(
    ask(3, (ids) => {
      if (ids.length === 1) throw new Error('away');
      return { data: { _entities: ids } };
    }),
  ).rejects.toThrow('away');
});

it('over a running gateway a long list is asked for in parts, and answered as one', async () => {
  const ids = Array.from({ length: 25 }, (_, at) => String(at));
  const gateway = await startGateway({
    subgraphs: [
      {
        name: 'lists',
        typeDefs: 'type Query { items: [Item!] } type Item @key(fields: "id") { id: ID! }',
        resolvers: { Query: { items: () => ids.map((id) => ({ id })) } },
      },
      {
        name: 'names',
        typeDefs: 'type Item @key(fields: "id") { id: ID! name: String }',
        resolvers: { Item: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `n${id}` }) } },
      },
    ],
    override: { limits: { entities: 10 } },
  });
  try {
    const { data, errors } = await gateway.send({ query: '{ items { id name } }' });
    expect(errors).toEqual([]);
    expect(data).toEqual({ items: ids.map((id) => ({ id, name: `n${id}` })) });
    const sizes = gateway
      .sent('names')
      .map(({ variables }) => representations.parse(variables['representations']).length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([5, 10, 10]);
  } finally {
    await gateway.close();
  }
});
