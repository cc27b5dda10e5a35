import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What became of some test files. */
export interface TestRun {
  /** Full names of tests with their files, `test/x.test.ts: name`. */
  readonly failed: readonly string[];
  readonly passed: number;
  /** Files of which no test failed and that failed all the same: they did not load, or a hook threw. */
  readonly broken: readonly string[];
  /** Stopped since it took too long; the rest is then empty. */
  readonly timedOut: boolean;
}

/** How to run test files. */
export interface TestRunOptions {
  /** The folder of the sources. */
  readonly folder: string;
  /** Files or folders below it. */
  readonly tests: readonly string[];
  readonly timeoutMs: number;
  /** Test files at a time. */
  readonly workers: number;
  /** `first failure`: the others are not run. */
  readonly until: 'the end' | 'first failure';
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** Runs test files with vitest, in a process of their own. @throws an Error where vitest gave no report. */
export async function runTests(options: TestRunOptions): Promise<TestRun> {
  const { folder, tests, timeoutMs, workers, until } = options;
  const report = join(folder, 'tmp', 'report.json');
  await rm(report, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(folder, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...tests,
      '--reporter=json',
      `--outputFile=${report}`,
      `--maxWorkers=${workers}`,
      ...(until === 'first failure' ? ['--bail=1'] : []),
    ],
    // A group of its own, so that whatever it started ends with it.
    { cwd: folder, stdio: 'ignore', detached: true },
  );
  const { pid } = child;
  const stop = (): void => {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, timeoutMs);
  process.once('exit', stop);
  try {
    await once(child, 'exit');
  } finally {
    clearTimeout(timer);
    process.off('exit', stop);
    stop();
  }
  if (timedOut) return { failed: [], passed: 0, broken: [], timedOut };
  return { ...read(folder, await readFile(report, 'utf8')), timedOut };
}

function read(folder: string, report: string): Omit<TestRun, 'timedOut'> {
  const { testResults } = reportSchema.parse(JSON.parse(report));
  const files = testResults.map(({ name, status, assertionResults }) => ({
    file: name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : name,
    status,
    failed: assertionResults.filter((each) => each.status === 'failed'),
    passed: assertionResults.filter((each) => each.status === 'passed').length,
  }));
  return {
    failed: files.flatMap(({ file, failed }) => failed.map(({ fullName }) => `${file}: ${fullName}`)),
    passed: files.reduce((sum, { passed }) => sum + passed, 0),
    broken: files
      .filter(({ status, failed }) => status === 'failed' && failed.length === 0)
      .map(({ file }) => file),
  };
}
