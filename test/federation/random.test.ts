import * as fc from 'fast-check';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { libraryResolver, librarySubgraphs } from './library.ts';
import { monolith, type Monolith } from './monolith.ts';
import { randomOperation } from './randomOperation.ts';

/** `SUDARE_TEST_SEED=…` repeats a run, `SUDARE_TEST_RUNS=…` makes it longer. */
const SEED = Number(process.env['SUDARE_TEST_SEED'] ?? Date.now() % 1_000_000);
const RUNS = Number(process.env['SUDARE_TEST_RUNS'] ?? 300);

let gateway: TestGateway;
let oracle: Monolith;

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: librarySubgraphs });
  oracle = monolith(gateway.supergraph, libraryResolver);
});

afterAll(async () => await gateway.close());

it(`answers ${RUNS} random operations as graphql-js does over one schema of the same data (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(randomOperation(oracle.schema, 3), async ({ query, variables }) => {
      fc.pre(validate(oracle.schema, parse(query)).length === 0);
      const expected = await oracle.execute(query, variables);
      const answer = await gateway.send({ query, variables });
      const shown = JSON.stringify(answer.data);
      const right = JSON.stringify(expected.data);
      // The log tells a lost connection from a wrong plan.
      expect(shown, shown === right ? '' : `${answer.text}\n${gateway.logged().slice(-1_000)}`).toBe(right);
      // What is missing is told of, and nothing else is; by whom and where is for plain.test.ts.
      const told = answer.errors.length > 0 || 'valueCompletion' in answer.extensions;
      expect(told).toBe(expected.errors !== undefined);
    }),
    { seed: SEED, numRuns: RUNS, maxSkipsPerRun: 1_000 },
  );
}, 600_000);
