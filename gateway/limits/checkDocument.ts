import { GraphQLError, parse, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { refusal } from '../errors.ts';
import { comparisons } from './comparisons.ts';
import { documentSize } from './documentSize.ts';
import type { Limits } from './limits.ts';

/** Refuses a document's text that is over a limit. @throws refusals (`OPERATION_TOO_LARGE`, `INPUT_TOO_LARGE`). */
export type CheckDocument = (text: string) => void;

/** Of texts that were found to be within the limits. */
const REMEMBERED = { max: 2_000, maxSize: 8 * 1_024 * 1_024 } as const;

/** What each limit counts, as a message says it. */
const COUNTED = {
  selections: 'selections, fragments written out',
  depth: 'levels',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
} as const;

/**
 * Creates the check of documents before they are validated, which takes time with the square of some of what is counted
 * here. A text that passed is not read again while it is remembered.
 *
 * INVARIANT: no document is validated that is over a limit (test/gateway/limits/checkDocument.test.ts).
 */
export function createDocumentCheck(limits: Limits): CheckDocument {
  const passed = new LRUCache<string, true>({
    ...REMEMBERED,
    sizeCalculation: (_, { length }) => length + 1,
  });
  return (text) => {
    if (passed.get(text) === true) return;
    if (hasMoreLines(text, limits.tokens)) throw tooLarge(limits.tokens, 'lines');
    const document = read(text, limits.tokens);
    // Apollo Server says what is wrong with it.
    if (document === null) return;
    const size = documentSize(document);
    if (size.isEndless) throw refusal('OPERATION_TOO_LARGE', 'A fragment of the document spreads itself.');
    for (const name of ['selections', 'depth', 'aliases', 'rootFields', 'directives'] as const) {
      if (size[name] > limits[name]) throw tooLarge(limits[name], COUNTED[name]);
    }
    if (comparisons(document) > limits.comparisons) {
      throw tooLarge(limits.comparisons, 'pairs of selections at the same place');
    }
    if (size.inputItems > limits.inputItems || size.inputDepth > limits.inputDepth) {
      throw inputTooLarge('An argument or a default', limits);
    }
    passed.set(text, true);
  };
}

/** The refusal of a list that is too long or of values that are nested too deeply. `what`: words of ours. */
export function inputTooLarge(what: string, { inputItems, inputDepth }: Limits): Error {
  return refusal(
    'INPUT_TOO_LARGE',
    `${what} holds a list of over ${inputItems} items or over ${inputDepth} levels; send it in parts.`,
  );
}

function tooLarge(limit: number, counted: string): Error {
  return refusal('OPERATION_TOO_LARGE', `The document has over ${limit} ${counted}; send it in parts.`);
}

/**
 * Whether a text has more lines. For each error, graphql-js counts the lines before it, twice: a hundred errors below
 * half a million empty lines took 4 s.
 */
function hasMoreLines(text: string, limit: number): boolean {
  let lines = 1;
  for (const _ of text.matchAll(/\r\n|[\n\r]/g)) {
    lines += 1;
    if (lines > limit) return true;
  }
  return false;
}

/** The document; `null` for a text that is none. */
function read(text: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(text, { maxTokens, noLocation: true });
  } catch (error) {
    const isTooLong = error instanceof GraphQLError && error.message.endsWith('tokens. Parsing aborted.');
    // Nested so deeply that it cannot be read with the stack that there is.
    if (isTooLong || error instanceof RangeError) throw tooLarge(maxTokens, 'tokens');
    return null;
  }
}
