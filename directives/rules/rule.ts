import type { ASTNode } from 'graphql';
import type { z } from 'zod';
import type { Policy } from '../../policies/policy.ts';
import type { ClosedSupergraph } from '../closedSupergraph.ts';
import type { ReadingRuleName } from '../directiveError.ts';
import type { SubgraphSource } from '../subgraphSource.ts';

/**
 * One composition rule: one file, one rule, named after the file. Its docs and examples live in it; the docs page
 * is generated from them and the tests run them.
 *
 * A rule over `subgraphs` sees what composition loses (exports, `@external` copies, definitions) and is skipped
 * where a bare supergraph is checked; one over the `supergraph` sees what will be enforced. One over `reading` has
 * no check of its own: whoever reads the annotations complains in its name, and the gateway refuses such a
 * supergraph too.
 */
export type Rule = SubgraphRule | SupergraphRule | ReadingRule;

interface RuleBase {
  /** In kebab case, as the file is in camel case: `unknown-category` in `unknownCategory.ts`. */
  readonly name: string;
  /** `error`: nothing is composed. `warning`: it is told and composed all the same. */
  readonly severity: Severity;
  /**
   * `fixed`: what it finds would show personal data or cannot be enforced, so no settings change its severity.
   * Rules over `reading` are fixed anyway.
   */
  readonly setting?: 'fixed';
  /** What it looks for and what goes wrong without it: one or two sentences. */
  readonly why: string;
  /** What to do about a finding, in general. */
  readonly mend: string;
  /** What settings may give it besides a severity. Without one it takes nothing. */
  readonly options?: z.ZodType;
  /** Run by test/directives/rules.test.ts, shown in docs/rules.md: at least one that finds and one that does not. */
  readonly examples: readonly RuleExample[];
}

export interface SubgraphRule extends RuleBase {
  readonly over: 'subgraphs';
  readonly check: (
    subgraphs: readonly SubgraphSource[],
    policy: Policy,
    options: unknown,
  ) => Iterable<Violation>;
}

export interface SupergraphRule extends RuleBase {
  readonly over: 'supergraph';
  /** `options`: what the settings give it and its schema accepted; `undefined` where they give nothing. */
  readonly check: (checked: CheckedSupergraph, options: unknown) => Iterable<Violation>;
}

export interface ReadingRule extends RuleBase {
  readonly over: 'reading';
  readonly name: ReadingRuleName;
  readonly severity: 'error';
  /** Looks for the same in subgraphs that do not compose, where it may be the reason. */
  readonly beforeComposing?: (subgraphs: readonly SubgraphSource[]) => Iterable<Violation>;
}

export type Severity = 'error' | 'warning';

/** What a supergraph rule may look at. */
export interface CheckedSupergraph extends ClosedSupergraph {
  readonly policy: Policy;
  /** As their authors wrote them; empty where a bare supergraph is checked. */
  readonly subgraphs: readonly SubgraphSource[];
}

/** What one rule found in one place. */
export interface Violation {
  /** `Type.field`, `Type.field(argument:)`, `Type`, `Enum.VALUE`, `@directive` or `schema`. */
  readonly coordinate: string;
  /** What is wrong here. It names coordinates and keys, never values. */
  readonly message: string;
  /** What to do here, where that can be said better than by the rule's own `mend`. */
  readonly mend?: string;
  /**
   * Where it stands, if the rule has the node: one of a subgraph's document, or an application in the supergraph,
   * which is then looked up in the subgraphs. Without one the coordinate is looked up there.
   */
  readonly node?: ASTNode | undefined;
  /** Narrows the look-up of the coordinate to one subgraph. */
  readonly subgraph?: string;
}

/** A schema that shows a rule: subgraphs without their links, and the coordinates that it finds there. */
export interface RuleExample {
  readonly title: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Coordinates, by file and line; empty for an example of what is right. */
  readonly finds: readonly string[];
  /** `bare`: the subgraphs bring their own links and definitions; default: they get the usual ones. */
  readonly links?: 'bare';
  /** What the settings give the rule here. */
  readonly options?: unknown;
}
