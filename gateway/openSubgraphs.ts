import type { ServiceDefinition } from './execute/services.ts';
import type { Disclosure } from './project/maskedReport.ts';

/** The subgraphs whose errors are told in their own words. */
export interface OpenSubgraphs {
  readonly names: ReadonlySet<string>;
  /** @throws an Error where a supergraph has no subgraph of one of the names. */
  readonly check: (definitions: readonly ServiceDefinition[]) => void;
}

/**
 * Reads `includeSubgraphErrors`.
 *
 * @throws an Error outside development: subgraphs' words may quote personal data.
 */
export function openSubgraphs(given: readonly string[], disclosure: Disclosure): OpenSubgraphs {
  if (given.length > 0 && disclosure !== 'true-reasons') {
    throw new Error(
      'includeSubgraphErrors tells what subgraphs say, which may quote personal data; expected it with ' +
        '`disclosure: "true-reasons"`, for development alone.',
    );
  }
  return {
    names: new Set(given),
    check(definitions) {
      const names = definitions.map(({ name }) => name);
      const unknown = given.filter((name) => !names.includes(name));
      if (unknown.length === 0) return;
      throw new Error(
        `--include-subgraph-errors ${unknown.join(',')}: the supergraph has no such subgraph; it has ${names.join(', ')}.`,
      );
    },
  };
}
