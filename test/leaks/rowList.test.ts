import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** Every way by which a value could leave the gateway, and the files that try it. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'aliases, also over keys, required inputs and __typename': ['aliases'],
  'fragments, inline and named': ['fragments'],
  'interfaces and unions, by concrete type': ['abstractTypes'],
  '@interfaceObject': ['interfaceObject'],
  'lists of lists': ['listsOfLists'],
  '@skip and @include with variables': ['skipInclude'],
  'shared fields annotated in one subgraph only': ['sharedFields'],
  'renamed directives': ['renamedDirectives'],
  'subgraphs that do not export': ['nonExportingSubgraphs'],
  'annotations on external copies only': ['externalOnlyAnnotations'],
  '@requires': ['requires', 'requiredInputs', 'requiredErrors'],
  'chains of @requires': ['requiresChains'],
  '@fromContext': ['fromContext'],
  '@provides': ['provides'],
  'personal keys': ['personalKeys'],
  'Relay node(id:)': ['relayNode'],
  'mutation results': ['mutationResults'],
  'filter arguments, their variables and defaults': ['personalArguments'],
  'order and enum arguments, their variables and defaults': ['orderAndEnumArguments'],
  'input variables echoed in coercion errors': ['coercionErrors'],
  'malformed JSON and bodies quoted in error pages or logs': ['malformedBodies'],
  'did you mean': ['didYouMean'],
  'subgraph error messages and extensions': ['subgraphErrors'],
  'value-completion messages': ['valueCompletion'],
  'debug headers': ['debugHeaders'],
  'cache headers': ['cacheHeaders'],
  'shared response caches': ['responseCaches', 'persistedQueries'],
  'logs, literals in queries too': ['logs'],
  'traces and metric labels': ['traces', 'metrics'],
  'prepared cache, per profile': ['preparedCache'],
  'request de-duplication, per caller': ['requestDeduplication'],
  'batched HTTP operations': ['batchedOperations'],
  'names such as __proto__, constructor, toString': ['hostileNames'],
  'subgraph JSON with such keys': ['hostileKeys'],
  'hidden selections showing up': ['hiddenSelections'],
  'presence, length and __typename of denied objects': [
    'presence',
    'isolation',
    'isolationByType',
    'isolationInFederation',
    'isolationInRounds',
    'inlineContents',
  ],
  'one row’s denial showing on another': ['rows'],
  'one person’s data shown as another’s': ['othersIds', 'changingObjects'],
};

/** What is about all rows at once. */
const ABOUT_ALL = /^(rowList|noninterference\w*)$/;

const files = (await readdir(import.meta.dirname))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.test.ts'.length));

describe('the rows of what must never leak', () => {
  it.each(Object.entries(ROWS))('%s: %j', (_, tried) => {
    expect(tried.filter((name) => !files.includes(name))).toEqual([]);
  });

  it('are all that is tried here, each file for one row', () => {
    const listed = Object.values(ROWS).flat();
    expect(listed.toSorted()).toEqual([...new Set(listed)].sort());
    expect(files.filter((name) => !ABOUT_ALL.test(name) && !listed.includes(name))).toEqual([]);
  });
});
