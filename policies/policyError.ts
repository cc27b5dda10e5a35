/** One thing wrong with a file, at a place counted from 1. The message says what is wrong and what was expected. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * A policy file, or its tests, that cannot be used. The message lists every problem once, in the file's order, as
 * `file:line:column: message`.
 */
export class PolicyError extends Error {
  readonly problems: readonly Problem[];

  constructor(found: readonly Problem[]) {
    const places = new Map(found.map((problem) => [render(problem), problem]));
    const problems = [...places.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(problems.map(render).join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

function render({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}
