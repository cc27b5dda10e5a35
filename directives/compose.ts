import { composeServices } from '@apollo/composition';
import { GraphQLError } from 'graphql';
import type { DocumentNode } from 'graphql';
import type { Policy } from '../policies/policy.ts';
import { checkSupergraph } from './checkSupergraph.ts';
import { compositionFinding, graphqlFinding } from './compose/composeFindings.ts';
import type { SubgraphText } from './compose/loadSubgraphs.ts';
import { normaliseNames } from './compose/normaliseNames.ts';
import { readOverlay, type OverlayText } from './compose/overlay.ts';
import { overlaySubgraphs } from './compose/overlaySubgraphs.ts';
import { placeAdditions } from './compose/placeAdditions.ts';
import { stampSupergraph } from './compose/stampSupergraph.ts';
import { fieldRules } from './fieldRules.ts';
import { notRepeatable } from './notRepeatable.ts';
import type { RuleFinding } from './rules/finding.ts';
import type { RuleSettings } from './ruleSettings.ts';
import { readSubgraph, type SubgraphSource } from './subgraphSource.ts';

/** What is composed. */
export interface ComposeInput {
  readonly subgraphs: readonly SubgraphText[];
  readonly overlays: readonly OverlayText[];
  readonly policy: Policy;
  readonly settings: RuleSettings;
}

/** What came of it. */
export interface Composed {
  /** Checked and stamped; `null` where a finding is an error. */
  readonly supergraphSdl: string | null;
  /** Everything that was found, errors and warnings. */
  readonly findings: readonly RuleFinding[];
}

/**
 * Makes a supergraph of subgraphs: overlays are merged, renamed imports normalised, Apollo Federation composes,
 * every rule is run over it and over the subgraphs as their authors wrote them, and the result is stamped.
 *
 * INVARIANT: nothing with an error is composed. test/directives/compose.test.ts: "composes nothing".
 */
export function compose({ subgraphs, overlays, policy, settings }: ComposeInput): Composed {
  const findings: RuleFinding[] = [];
  const sources = subgraphs.flatMap((text) => readSource(text, findings));
  const additions = overlays.flatMap((overlay) => readOverlay(overlay, findings));
  const placed = placeAdditions(sources, additions, findings);
  // Rules would complain of all that is missing until these are mended.
  if (hasErrors(findings)) return { supergraphSdl: null, findings };

  const overlaid = overlaySubgraphs(sources, placed);
  const result = composeDocuments(sources, normaliseNames(overlaid.documents));
  findings.push(...[...overlaid.errors, ...result.errors].map(compositionFinding));
  const { sdl } = result;
  const supergraph = sdl === null ? null : { sdl, file: null };
  findings.push(...checkSupergraph({ supergraph, subgraphs: overlaid.sources, policy, settings }));
  if (sdl === null || hasErrors(findings)) return { supergraphSdl: null, findings };
  return stamped(sdl, findings);
}

/** Whether anything found keeps a supergraph from being composed. */
export function hasErrors(findings: readonly RuleFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

function readSource(
  { name, url, file, sdl }: SubgraphText,
  findings: RuleFinding[],
): readonly SubgraphSource[] {
  try {
    return [readSubgraph(name, url, [{ file, sdl }])];
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    findings.push(graphqlFinding(error, file));
    return [];
  }
}

interface Merged {
  readonly sdl: string | null;
  readonly errors: readonly GraphQLError[];
}

function composeDocuments(
  sources: readonly SubgraphSource[],
  documents: ReadonlyMap<string, DocumentNode>,
): Merged {
  try {
    const { supergraphSdl, errors } = composeServices(
      sources.map(({ name, url, document }) => ({ name, url, typeDefs: documents.get(name) ?? document })),
    );
    return { sdl: supergraphSdl ?? null, errors: errors ?? [] };
  } catch (error) {
    // Tried: some schemas, such as those that call one spec's directive differently, make composition throw.
    const message = error instanceof Error ? error.message : String(error);
    return { sdl: null, errors: [error instanceof GraphQLError ? error : new GraphQLError(message)] };
  }
}

/** Whatever the rules say, a supergraph that the gateway would refuse is not handed out. */
function stamped(sdl: string, findings: readonly RuleFinding[]): Composed {
  const refused = (message: string): Composed => ({
    supergraphSdl: null,
    findings: [...findings, compositionFinding(new GraphQLError(message))],
  });
  try {
    const supergraphSdl = stampSupergraph(sdl);
    const dropping = notRepeatable(supergraphSdl);
    if (dropping.length > 0) return refused(`${dropping.join(' and ')} would be defined without repeatable.`);
    fieldRules(supergraphSdl);
    return { supergraphSdl, findings };
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}
