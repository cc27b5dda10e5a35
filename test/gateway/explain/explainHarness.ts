import { getOperationAST, parse, Source, validate } from 'graphql';
import { annotationSources } from '../../../gateway/explain/annotationSources.ts';
import { explain } from '../../../gateway/explain/explain.ts';
import type { ExplainedField, Explanation } from '../../../gateway/explain/explanation.ts';
import { explanationText } from '../../../gateway/explain/explanationText.ts';
import { reachedDocument } from '../../../gateway/explain/reachedDocument.ts';
import { buildGeneration } from '../../../gateway/generation.ts';
import { parsePolicy } from '../../../policies/loadPolicy.ts';
import { policyPlaces } from '../../../policies/policyPlaces.ts';
import { SMALL_POLICY } from '../../policies/smallPolicy.ts';

/** Who asks what, in words of the command line. */
export interface ExplainRequest {
  readonly supergraph: string;
  /** The policy's text; default: the small one. */
  readonly policy?: string;
  readonly query: string;
  readonly client?: string;
  readonly purpose?: string | null;
  readonly recipient?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** An explanation with its text. */
export interface Explained extends Explanation {
  readonly text: string;
}

/** Explains one operation; `desk` asks for `upkeep` unless it says otherwise. */
export function explained(request: ExplainRequest): Explained {
  const {
    supergraph,
    policy = SMALL_POLICY,
    client = 'desk',
    purpose = 'upkeep',
    recipient = null,
  } = request;
  const generation = buildGeneration({
    supergraphSdl: supergraph,
    policy: parsePolicy(policy, 'policy.yaml'),
    subgraphUrls: new Map(),
    buildService: () => ({
      process: async () => await Promise.reject(new Error('Nothing is fetched in these tests.')),
    }),
    consentUrl: null,
    maxPrepared: 1,
  });
  const document = parse(new Source(request.query, 'operation.graphql'));
  const problems = validate(generation.schema, document);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  const operation = getOperationAST(document, request.operationName);
  if (operation == null) throw new Error('Expected an operation.');
  const explanation = explain({
    generation,
    annotations: annotationSources(supergraph),
    places: policyPlaces(policy),
    files: { supergraph: 's.graphql', policy: 'policy.yaml', operation: 'operation.graphql' },
    document,
    operation,
    claims: { client, purpose, recipient, endUser: null, actor: null, ground: null, purposes: null },
    variables: request.variables ?? null,
  });
  return { ...explanation, text: explanationText(explanation, reachedDocument(document, operation)) };
}

/** One explained field by its selection, which must stand there once. */
export function fieldOf({ fields }: Explanation, selection: string): ExplainedField {
  const [found, ...others] = fields.filter((each) => each.selection === selection);
  if (found === undefined || others.length > 0) throw new Error(`Expected one "${selection}".`);
  return found;
}

/** What is decided of each field, in the operation's order: `email: denied NEVER_DISCLOSED`. */
export function decisionsOf({ fields }: Explanation): readonly string[] {
  return fields.map(({ selection, fetch, cases }) => {
    const decided = cases.map(({ decision }) => {
      switch (decision.kind) {
        case 'denied':
        case 'unresolved':
          return `${decision.kind} ${decision.reason}`;
        case 'per subject':
          return `${decision.level} by ${decision.basis}`;
        case 'within':
          return `${decision.denied ? 'denied with' : 'shown with'} ${decision.coordinate}`;
        case 'not personal':
          return decision.kind;
      }
    });
    return `${selection}: ${[...decided, ...(fetch === 'asked' ? [] : [fetch])].join(', ')}`;
  });
}
