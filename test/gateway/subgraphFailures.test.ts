import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';

let gateway: TestGateway;

/** What a circuit breaker rejects every call with, whichever subgraph it is for. */
const OPEN = new TypeError('open');

const withField = (name: string): TestSubgraph => ({ name, typeDefs: `type Query { ${name}: String }` });

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [withField('first'), withField('second')],
    override: { buildService: () => ({ process: async () => await Promise.reject(OPEN) }) },
  });
});
afterAll(async () => await gateway.close());

it('logs the failure of each subgraph, even where all failed with one and the same error', async () => {
  const { errors } = await gateway.send({ query: '{ first second }' });
  const both = new Set(['first', 'second']);
  expect(new Set(errors.map(({ extensions }) => extensions['serviceName']))).toEqual(both);
  const lines = gateway
    .logged()
    .split('\n')
    .filter((line) => line.includes('subgraph error'));
  expect(new Set(lines.map((line) => /"subgraph":"(\w+)"/.exec(line)?.[1]))).toEqual(both);
});
