import type { Severity } from './rule.ts';

/** One finding as `sudare check` and `sudare compose` report it. Lines and columns count from 1. */
export interface RuleFinding {
  /** The rule's name; `graphql`, `composition`, `overlay`, `config` and `policy` for what is wrong before any rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly coordinate: string;
  /** Path or URL of the schema as it was named to us; `null` where none can be told. */
  readonly file: string | null;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly why: string;
  readonly mend: string;
}
