/** One thing wrong with a file, at a place counted from 1. The message says what is wrong and what was expected. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A policy file, or its tests, that cannot be used. The message lists every problem as `file:line:column: message`. */
export class PolicyError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'),
    );
    this.name = 'PolicyError';
    this.problems = problems;
  }
}
