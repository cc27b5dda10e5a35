import type { ASTNode, GraphQLError } from 'graphql';
import type { Problem } from '../../policies/policyError.ts';
import type { RuleFinding } from '../rules/finding.ts';

/** A text that is not GraphQL. `file` names it where the error does not. */
export function graphqlFinding(error: GraphQLError, file: string): RuleFinding {
  const [at] = error.locations ?? [];
  return {
    rule: 'graphql',
    severity: 'error',
    coordinate: 'schema',
    file: error.source?.name ?? file,
    line: at?.line ?? 1,
    column: at?.column ?? 1,
    message: error.message,
    why: 'What cannot be read cannot be composed or checked.',
    mend: 'Correct the schema.',
  };
}

/** What Apollo Federation says of subgraphs that do not fit together. */
export function compositionFinding(error: GraphQLError): RuleFinding {
  const code = error.extensions['code'];
  // Composition names coordinates in quotes.
  const coordinate = /"(@?[A-Z_a-z]\w*(?:\.\w+(?:\(\w+:\))?)?)"/.exec(error.message)?.[1];
  return {
    rule: 'composition',
    severity: 'error',
    coordinate: coordinate ?? 'schema',
    ...placeOf(error.nodes?.find(({ loc }) => loc !== undefined)),
    message: error.message,
    why: `Apollo Federation does not compose these subgraphs${typeof code === 'string' ? ` (${code})` : ''}.`,
    mend: 'Correct the subgraphs as the message says, or what an overlay adds to them.',
  };
}

/** What an overlay may not say, or says of something that is not there. */
export function overlayFinding(node: ASTNode, coordinate: string, message: string): RuleFinding {
  return {
    rule: 'overlay',
    severity: 'error',
    coordinate,
    ...placeOf(node),
    message,
    why: 'An annotation that lands nowhere protects nothing; and an overlay that changed the schema would compose what no subgraph serves.',
    mend: 'Correct the overlay: it repeats elements as the subgraph defines them, with @personal and @purpose added.',
  };
}

/** A configuration or policy that cannot be used. */
export function problemFinding(rule: 'config' | 'policy', problem: Problem): RuleFinding {
  return {
    rule,
    severity: 'error',
    coordinate: 'schema',
    ...problem,
    why: 'Nothing can be composed or checked before it is known what, and under which policy.',
    mend: 'Correct the file.',
  };
}

/** Where a node stands: in the file or at the URL that its source is named after. */
export function placeOf(node: ASTNode | undefined): Pick<RuleFinding, 'file' | 'line' | 'column'> {
  const loc = node?.loc;
  if (loc === undefined) return { file: null, line: 1, column: 1 };
  return { file: loc.source.name, line: loc.startToken.line, column: loc.startToken.column };
}
