import type { ASTNode } from 'graphql';
import type { Policy } from '../../policies/policy.ts';
import type { Annotation } from '../annotations.ts';
import type { FieldRules } from '../fieldRule.ts';
import type { Inheritance } from '../inheritance.ts';
import type { JoinReader } from '../joins.ts';
import type { PersonalApplication } from '../personal.ts';
import type { PurposeApplication } from '../purpose.ts';
import type { SubgraphSource } from '../subgraphSource.ts';
import type { SupergraphIndex } from '../supergraphIndex.ts';

/**
 * One composition rule: one file, one rule, named after the file. Its docs and examples live in it; the docs page
 * is generated from them and the tests run them.
 *
 * A rule over `subgraphs` sees what composition loses (exports, `@external` copies, definitions) and is skipped
 * where a bare supergraph is checked; one over the `supergraph` sees what will be enforced.
 */
export type Rule = SubgraphRule | SupergraphRule;

interface RuleBase {
  /** In kebab case, as the file is in camel case: `unknown-category` in `unknownCategory.ts`. */
  readonly name: string;
  /** `error`: nothing is composed. `warning`: it is told and composed all the same. */
  readonly severity: Severity;
  /** What it looks for and what goes wrong without it: one or two sentences. */
  readonly why: string;
  /** What to do about a finding, in general. */
  readonly mend: string;
  /** Run by test/directives/rules.test.ts, shown in docs/rules.md: at least one that finds and one that does not. */
  readonly examples: readonly RuleExample[];
}

export interface SubgraphRule extends RuleBase {
  readonly over: 'subgraphs';
  readonly check: (subgraphs: readonly SubgraphSource[], policy: Policy) => Iterable<Violation>;
}

export interface SupergraphRule extends RuleBase {
  readonly over: 'supergraph';
  readonly check: (checked: CheckedSupergraph) => Iterable<Violation>;
}

export type Severity = 'error' | 'warning';

/** What a supergraph rule may look at. */
export interface CheckedSupergraph {
  readonly index: SupergraphIndex;
  readonly personal: readonly PersonalApplication[];
  readonly purpose: readonly PurposeApplication[];
  readonly annotations: ReadonlyMap<string, Annotation>;
  /** Closed over everything, as the gateway enforces them. */
  readonly rules: FieldRules;
  readonly inheritance: Inheritance;
  readonly joinsOf: JoinReader;
  readonly policy: Policy;
}

/** What one rule found in one place. */
export interface Violation {
  /** `Type.field`, `Type.field(argument:)`, `Type`, `Enum.VALUE`, `@directive` or `schema`. */
  readonly coordinate: string;
  /** What is wrong here. It names coordinates and keys, never values. */
  readonly message: string;
  /** What to do here, where that can be said better than by the rule's own `mend`. */
  readonly mend?: string;
  /** Where it stands, if the rule has the node; otherwise the coordinate is looked up in the subgraphs. */
  readonly node?: ASTNode | undefined;
  /** Narrows the look-up of the coordinate to one subgraph. */
  readonly subgraph?: string;
}

/** A schema that shows a rule: subgraphs without their links, and the coordinates that it finds there. */
export interface RuleExample {
  readonly title: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Coordinates, in order; empty for an example of what is right. */
  readonly finds: readonly string[];
  /** `bare`: the subgraphs bring their own links and definitions; default: they get the usual ones. */
  readonly links?: 'bare';
}
