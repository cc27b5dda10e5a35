import type { Reporter, TestModule } from 'vitest/node';

/**
 * A vitest reporter that ends the run with one plain line, `N passed, M failed`, for people and programs that
 * read only the last line. A file that failed without a failing test (it did not load, a hook threw) and an
 * error outside any test count as one failure each, so that the line never looks better than the run was.
 *
 * @param write where the line goes, normally standard output; it is given the line with its line feed.
 */
export function summaryReporter(write: (line: string) => void): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const passed = count(modules, 'passed');
      const failed =
        count(modules, 'failed') + modules.filter(failedOutsideTests).length + unhandledErrors.length;
      write(`${String(passed)} passed, ${String(failed)} failed\n`);
    },
  };
}

function count(modules: readonly TestModule[], state: 'passed' | 'failed'): number {
  return modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
}

function failedOutsideTests(module: TestModule): boolean {
  return module.state() === 'failed' && count([module], 'failed') === 0;
}
