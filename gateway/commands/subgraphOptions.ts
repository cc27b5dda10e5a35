import type { Config } from '../config/sections.ts';
import type { SudareOptions } from '../sudare.ts';

/** How subgraphs are called, as `sudare` takes it. */
export function subgraphOptions({
  timeoutMs,
  forwardHeaders,
  includeErrors,
  byName,
}: Config['subgraphs']): Pick<
  SudareOptions,
  'subgraphUrls' | 'subgraphTimeoutMs' | 'subgraphs' | 'forwardHeaders' | 'includeSubgraphErrors'
> {
  const entries = Object.entries(byName).map(([name, { url, ...settings }]) => ({ name, url, settings }));
  return {
    subgraphTimeoutMs: timeoutMs,
    forwardHeaders,
    includeSubgraphErrors: includeErrors,
    subgraphUrls: new Map(entries.flatMap(({ name, url }) => (url === undefined ? [] : [[name, url]]))),
    subgraphs: new Map(
      entries
        .filter(({ settings }) => Object.keys(settings).length > 0)
        .map(({ name, settings }) => [name, settings]),
    ),
  };
}
