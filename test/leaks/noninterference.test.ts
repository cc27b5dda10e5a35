import { expect, it } from 'vitest';
import { createCoverage, FEATURES, type Feature } from '../fuzz/coverage.ts';
import { fuzzRange, type FuzzFailure } from '../fuzz/fuzzRange.ts';

/** `SUDARE_TEST_SEED=…` repeats a run, `SUDARE_TEST_RUNS=…` makes it longer; see also `npm run test:fuzz`. */
const SEED = Number(process.env['SUDARE_TEST_SEED'] ?? Date.now() % 1_000_000_000);
const RUNS = Number(process.env['SUDARE_TEST_RUNS'] ?? 2_000);

/** The rarest features come in one case of a thousand, and in few supergraphs: they are looked for in this many more. */
const FURTHER_RUNS = 20_000;

it(`tells nobody two data sets apart, and answers as the oracle, in ${RUNS} random cases (seed ${SEED})`, async () => {
  const met = createCoverage();
  const failures: FuzzFailure[] = [];
  const unmet = (): readonly Feature[] => FEATURES.filter((feature) => met.count(feature) === 0);
  let checked = 0;
  for (
    let seed = SEED;
    checked < RUNS || (failures.length === 0 && unmet().length > 0 && checked < RUNS + FURTHER_RUNS);
  ) {
    const range = await fuzzRange({ seed, runs: checked < RUNS ? RUNS : 1_000 });
    met.merge(range.coverage.counts());
    failures.push(...range.failures);
    checked += range.checked;
    seed = range.lastSeed + 1;
  }
  expect(
    failures.map(
      ({ seed, path, message }) => `${message}\nnpm run test:fuzz -- --seed ${seed} --path ${path}`,
    ),
  ).toEqual([]);
  // A run that met nothing has shown nothing.
  expect(unmet()).toEqual([]);
}, 600_000);
