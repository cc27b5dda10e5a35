import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './registry.ts';
import { runTests } from './runTests.ts';
import { tryMutant, type TryOptions, type Verdict } from './tryMutant.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const BASELINE_TIMEOUT_MS = 900_000;

/** Folders of the tests that are near. */
const ELSEWHERE = ['test/leaks', 'test/gateway', 'test/policies', 'test/directives'];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '2' },
    narrow: { type: 'boolean', default: false },
  },
});
// A signal ends the process in the ordinary way, so that what it started ends too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main({
  only: values.only ?? [],
  jobs: Number(values.jobs),
  elsewhere: values.narrow ? [] : ELSEWHERE,
});

interface Options {
  /** Texts of which a mutant's name has one, or files; empty for all. */
  readonly only: readonly string[];
  /** Mutants at a time. */
  readonly jobs: number;
  /** What is tried where the tests that a mutant names do not notice it. */
  readonly elsewhere: readonly string[];
}

/** Tries the mutants and gives the exit code. */
async function main({ only, jobs, elsewhere }: Options): Promise<number> {
  const chosen = MUTANTS.filter(
    ({ name, file }) => only.length === 0 || only.some((text) => name.includes(text) || file === text),
  );
  if (chosen.length === 0) return tell('No mutant has such a name.', 1);
  if (!Number.isInteger(jobs) || jobs < 1) return tell('Expected --jobs to be a number of processes.', 1);

  const workshops = await Promise.all(
    Array.from({ length: Math.min(jobs, chosen.length) }, async () => await openWorkshop(ROOT)),
  );
  try {
    const before = await failingBefore(workshops, chosen);
    if (before.size > 0) {
      tell(`Without any mutant these fail, so they prove nothing:\n${[...before].join('\n')}`, 1);
    }
    const code = await tryAll(workshops, chosen, { before, elsewhere });
    return before.size === 0 ? code : 1;
  } finally {
    await Promise.all(workshops.map(async (workshop) => await workshop.close()));
  }
}

async function tryAll(
  workshops: readonly Workshop[],
  mutants: readonly Mutant[],
  options: TryOptions,
): Promise<number> {
  const pending = [...mutants];
  const verdicts = new Map<Mutant, Verdict>();
  await Promise.all(
    workshops.map(async (workshop) => {
      for (let mutant = pending.shift(); mutant !== undefined; mutant = pending.shift()) {
        const begun = performance.now();
        const verdict = await tryMutant(workshop, mutant, options);
        verdicts.set(mutant, verdict);
        const seconds = ((performance.now() - begun) / 1000).toFixed(1);
        tell(`${worded(verdict)}\n  ${mutant.file}: ${mutant.name} (${seconds} s)`, 0);
      }
    }),
  );
  const killed = [...verdicts.values()].filter(({ kind }) => kind === 'killed').length;
  for (const [mutant, verdict] of verdicts) {
    if (verdict.kind !== 'killed') tell(`${worded(verdict)} ${mutant.file}: ${mutant.name}`, 0);
  }
  const survived = mutants.length - killed;
  return tell(`${killed} killed, ${survived} survived`, survived === 0 ? 0 : 1);
}

/** Tests, and files, that fail in the sources as they are. */
async function failingBefore(
  [workshop]: readonly Workshop[],
  mutants: readonly Mutant[],
): Promise<ReadonlySet<string>> {
  if (workshop === undefined) return new Set();
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const { failed, broken, timedOut } = await runTests({
    folder: workshop.folder,
    tests,
    timeoutMs: BASELINE_TIMEOUT_MS,
    workers: 2,
    until: 'the end',
  });
  if (timedOut) throw new Error('The tests do not end in time without any mutant.');
  return new Set([...failed, ...broken]);
}

function worded(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'killed':
      return `killed by ${verdict.by}`;
    case 'survived':
      return 'SURVIVED';
    case 'invalid':
      return `INVALID (${verdict.why})`;
  }
}

function tell(line: string, exitCode: number): number {
  process.stdout.write(`${line}\n`);
  return exitCode;
}
