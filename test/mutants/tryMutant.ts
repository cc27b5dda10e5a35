import type { Mutant } from './mutant.ts';
import { runTests, type TestRun } from './runTests.ts';
import type { Workshop } from './workshop.ts';

/** What became of one mutant. `invalid`: whatever the tests said of it, it proves nothing. */
export type Verdict =
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'survived' }
  | { readonly kind: 'invalid'; readonly why: string };

/** How mutants are tried. */
export interface TryOptions {
  /** Tests, and files, that fail without any mutant: they prove nothing. */
  readonly before: ReadonlySet<string>;
  /** Tests that are tried where those that a mutant names do not notice it; perhaps none. */
  readonly elsewhere: readonly string[];
}

const NAMED_TIMEOUT_MS = 300_000;
const ELSEWHERE_TIMEOUT_MS = 900_000;

/**
 * Tries one mutant on the tests that it names and, should those pass, elsewhere.
 *
 * Killed is a mutant that some test fails on while others pass. One that keeps a test file from loading, or fails
 * everything, may be broken in some other way than it is meant to be; one that hangs is invalid as well.
 */
export async function tryMutant(
  workshop: Workshop,
  mutant: Mutant,
  { before, elsewhere }: TryOptions,
): Promise<Verdict> {
  const { folder } = workshop;
  try {
    return await workshop.under(mutant, async () => {
      const named = await runTests({
        folder,
        tests: mutant.tests,
        timeoutMs: NAMED_TIMEOUT_MS,
        workers: 1,
        until: 'the end',
      });
      const verdict = judge(named, before);
      if (verdict.kind !== 'survived' || elsewhere.length === 0) return verdict;
      return judge(
        await runTests({
          folder,
          tests: elsewhere,
          timeoutMs: ELSEWHERE_TIMEOUT_MS,
          workers: 1,
          until: before.size === 0 ? 'first failure' : 'the end',
        }),
        before,
      );
    });
  } catch (error) {
    return { kind: 'invalid', why: error instanceof Error ? error.message : String(error) };
  }
}

function judge(run: TestRun, before: ReadonlySet<string>): Verdict {
  if (run.timedOut) return { kind: 'invalid', why: 'its tests did not end in time' };
  const [by] = run.failed.filter((test) => !before.has(test));
  const broken = run.broken.filter((file) => !before.has(file));
  if (broken.length > 0) return { kind: 'invalid', why: `${broken.join(', ')} did not load` };
  if (run.passed === 0) return { kind: 'invalid', why: 'no test passed' };
  return by === undefined ? { kind: 'survived' } : { kind: 'killed', by };
}
