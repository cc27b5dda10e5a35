import { MASKED_IP } from './marker.ts';

/**
 * The marker as it stands, percent-encoded (also repeatedly), escaped as in JSON, JavaScript and CSS, or as an HTML
 * entity; and the reserved host of masked addresses, which survives where an app strips odd characters.
 */
const MARKED =
  /\u2588|%(?:25)*e2%(?:25)*96%(?:25)*88|\\u?\{?0{0,4}2588|&#(?:x0{0,8}2588|0{0,8}9608);|&block;|masked\.invalid/iu;

/**
 * Whether a value that a client sends, such as a mutation's input, holds something that Sudare showed in place of
 * personal data: apps save back what they read. Looks through lists and objects at any depth, at own enumerable
 * properties and their names. A value that cannot be looked through counts as masked.
 */
export function containsMarker(value: unknown): boolean {
  // INVARIANT: no depth overflows the stack and no cycle runs forever. test/policies/masks/isMasked.test.ts
  const pending: unknown[] = [value];
  const seen = new Set<object>();
  try {
    while (pending.length > 0) {
      const next = pending.pop();
      if (typeof next === 'string') {
        if (isMarked(next)) return true;
      } else if (typeof next === 'object' && next !== null && !seen.has(next)) {
        seen.add(next);
        for (const [key, inner] of Object.entries(next)) {
          if (isMarked(key)) return true;
          pending.push(inner);
        }
      }
    }
    return false;
  } catch {
    return true;
  }
}

function isMarked(text: string): boolean {
  return MARKED.test(text) || text.trim() === MASKED_IP;
}
