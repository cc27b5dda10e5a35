import { z } from 'zod';
import { firstGraphemes, isShowable } from './graphemes.ts';
import { MARKER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

/** No more is looked at, however long the value. */
const WINDOW = 256;

/** How many parts are shown; a longer name is cut, since the number of given names is telling. */
const MOST_PARTS = 3;

/** A part must have so many graphemes for its first to be shown. */
const SHORTEST = 3;

const HIDDEN = MARKER.repeat(2);
/** Includes the ideographic space (U+3000) between Japanese names. */
const SPACES = /\s+/u;
const LETTER = /^\p{L}/u;

/** Shows the first letters of a name's longer parts. */
export const name: Mask<Record<string, never>> = Object.freeze<Mask<Record<string, never>>>({
  kind: 'name',
  doc:
    'Keeps the first letter of each part that has three or more; parts are what spaces separate, at most three are ' +
    'shown. Where a Japanese name is written without a space, no surname is guessed: it is one part.',
  reveals: 'part',
  parameters: z.strictObject({}),
  leaves: ['String'],
  examples: [
    { name: 'two parts', given: 'Hanako Suzuki', expected: `H${HIDDEN} S${HIDDEN}` },
    { name: 'parts of two characters', given: '鈴木 花子', expected: `${HIDDEN} ${HIDDEN}` },
    { name: 'parts of three characters', given: '佐々木　花', expected: `佐${HIDDEN} ${HIDDEN}` },
    { name: 'no space to part at', given: '鈴木花子', expected: `鈴${HIDDEN}` },
    { name: 'two characters', given: 'Al', expected: HIDDEN },
    {
      name: 'more than three parts',
      given: 'Ana Maria Luisa Souza',
      expected: `A${HIDDEN} M${HIDDEN} L${HIDDEN}`,
    },
    { name: 'nothing', given: ' ', expected: CONSTANT },
  ],
  apply: (value) => {
    if (typeof value !== 'string') return CONSTANT;
    const parts = value.slice(0, WINDOW).trim().split(SPACES, MOST_PARTS);
    return parts[0] === '' ? CONSTANT : parts.map(initial).join(' ');
  },
});

/** Digits, symbols and invisible characters are not initials: a name field may hold a telephone number. */
function initial(part: string): string {
  const [first = '', ...others] = firstGraphemes(part, SHORTEST);
  const shown = others.length === SHORTEST - 1 && LETTER.test(first) && isShowable(first);
  return shown ? first + HIDDEN : HIDDEN;
}
