import type { ConstDirectiveNode } from 'graphql';

/**
 * The rules that reading a supergraph checks by itself, since the gateway refuses what breaks them. Each has its
 * docs and examples in `rules/`, with `over: 'reading'`.
 */
export type ReadingRuleName =
  | 'idle-annotation'
  | 'invalid-otherwise'
  | 'invalid-subject'
  | 'malformed-application'
  | 'misplaced-application'
  | 'privacy-link'
  | 'subject-on-root'
  | 'unknown-argument'
  | 'unreviewed-none';

/** One place where an annotation cannot be used as it stands. Lines and columns count from 1. */
export interface Finding {
  /** `composition`: what composition noted cannot be followed. */
  readonly rule: ReadingRuleName | 'composition';
  /** `Type.field`, `Type.field(argument:)`, `Type`, `Enum.VALUE` or `schema`. */
  readonly coordinate: string;
  readonly line: number;
  readonly column: number;
  /** What was expected and what to do. */
  readonly message: string;
  /** The application, which tells it from others on the coordinate. */
  readonly node?: ConstDirectiveNode;
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
