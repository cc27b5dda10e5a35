import { expect, it } from 'vitest';
import { FEATURES } from '../fuzz/coverage.ts';
import { fuzzRange } from '../fuzz/fuzzRange.ts';

/** `SUDARE_TEST_SEED=…` repeats a run, `SUDARE_TEST_RUNS=…` makes it longer; see also `npm run test:fuzz`. */
const SEED = Number(process.env['SUDARE_TEST_SEED'] ?? Date.now() % 1_000_000_000);
const RUNS = Number(process.env['SUDARE_TEST_RUNS'] ?? 2_000);

it(`tells nobody two data sets apart, and answers as the oracle, in ${RUNS} random cases (seed ${SEED})`, async () => {
  const { checked, failures, coverage } = await fuzzRange({ seed: SEED, runs: RUNS });
  expect(
    failures.map(
      ({ seed, path, message }) => `${message}\nnpm run test:fuzz -- --seed ${seed} --path ${path}`,
    ),
  ).toEqual([]);
  expect(checked).toBe(RUNS);
  // A run that met nothing has shown nothing.
  expect(FEATURES.filter((feature) => coverage.count(feature) === 0)).toEqual([]);
}, 600_000);
