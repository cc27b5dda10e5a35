import { parseArgs } from 'node:util';
import { createCoverage } from './coverage.ts';
import { CASES_PER_WORLD, fuzzRange, type FuzzFailure } from './fuzzRange.ts';
import { inWorker } from './inWorker.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    workers: { type: 'string', default: '1' },
  },
});

/** Seeds that one worker process goes through, and cases: some seeds make schemas that do not compose. */
const WORLDS = 60;
const RUNS = 50 * CASES_PER_WORLD;

const started = performance.now();
const runs = Number(values.runs);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** One failure again, in this process; its path says which case of the world of the seed it was. */
async function replay(path: string): Promise<readonly FuzzFailure[]> {
  const { failures } = await fuzzRange({ seed, runs: CASES_PER_WORLD, path });
  return failures;
}

async function search(): Promise<{ readonly checked: number; readonly failed: number }> {
  const coverage = createCoverage();
  let checked = 0;
  let failed = 0;
  let assigned = 0;
  let next = seed;
  const work = async (): Promise<void> => {
    while (assigned < runs) {
      const range = { seed: next, runs: Math.min(RUNS, runs - assigned), worlds: WORLDS };
      next += WORLDS;
      assigned += range.runs;
      // A machine that runs short of memory may end a process: what it was at is done again, once.
      const outcome = await inWorker(range).catch(async (error: unknown) => {
        print(String(error));
        return await inWorker(range);
      });
      assigned -= range.runs - outcome.checked;
      checked += outcome.checked;
      failed += outcome.failures.length;
      coverage.merge(outcome.counts);
      for (const failure of outcome.failures) tell(failure);
      const seconds = (performance.now() - started) / 1_000;
      print(
        `seeds ${String(outcome.firstSeed)} to ${String(outcome.lastSeed)} done: ${String(checked)} cases in ${seconds.toFixed(0)} s, ${((seconds * 1_000) / checked).toFixed(1)} ms a case, ${String(failed)} failed`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  print(`\ncases that met each feature:\n${coverage.table()}\n`);
  print(`seeds ${String(seed)} to ${String(next - 1)}`);
  return { checked, failed };
}

function tell({ seed: at, path, message }: FuzzFailure): void {
  print(`${message}\nreplay: npm run test:fuzz -- --seed ${String(at)} --path ${path}\n`);
}

if (values.path === undefined) {
  const { checked, failed } = await search();
  print(`${String(checked - failed)} passed, ${String(failed)} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} else {
  const failures = await replay(values.path);
  for (const failure of failures) tell(failure);
  print(failures.length > 0 ? '0 passed, 1 failed' : '1 passed, 0 failed');
  process.exitCode = failures.length > 0 ? 1 : 0;
}
