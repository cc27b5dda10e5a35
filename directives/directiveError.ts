/** One place where an annotation cannot be used as it stands. Lines and columns count from 1. */
export interface Finding {
  /** `Type.field`, `Type.field(argument:)`, `Type`, `Enum.VALUE` or `schema`. */
  readonly coordinate: string;
  readonly line: number;
  readonly column: number;
  /** What was expected and what to do. */
  readonly message: string;
}

/**
 * Thrown where `@personal` or `@purpose` cannot be understood. It lists everything found: an annotation that
 * is not understood is never ignored, since ignoring it would show what it protects.
 */
export class DirectiveError extends Error {
  override readonly name = 'DirectiveError';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const lines = findings.map(
      ({ coordinate, line, column, message }) =>
        `  ${coordinate} (line ${String(line)}, column ${String(column)}): ${message}`,
    );
    super(
      [
        'The privacy annotations of this supergraph cannot be used; correct and compose again.',
        ...lines,
      ].join('\n'),
    );
    this.findings = findings;
  }
}
