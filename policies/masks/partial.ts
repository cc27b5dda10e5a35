import { z } from 'zod';
import { firstGraphemes, isShowable, lastGraphemes } from './graphemes.ts';
import { FILLER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';
import { textOf } from './textOf.ts';

interface PartialParameters {
  readonly start: number;
  readonly end: number;
}

/** Under this length what stays visible would be too much of the value. */
const SHORTEST = 8;

/** Never more than half of the shortest value. */
const MOST_SHOWN = 4;

/** Shows a few graphemes at the ends of a longer text. */
export const partial: Mask<PartialParameters> = Object.freeze<Mask<PartialParameters>>({
  kind: 'partial',
  doc:
    'Keeps a few characters at the start, at the end, or both; a filler of fixed length stands for the rest, so ' +
    'the length stays hidden. Characters are graphemes as people see them (UAX #29). A text of fewer than eight ' +
    'shows the constant: too little of it would be hidden.',
  reveals: 'part',
  parameters: z
    .strictObject({
      start: z.int().min(0).max(MOST_SHOWN).default(1).describe('Graphemes kept at the start.'),
      end: z.int().min(0).max(MOST_SHOWN).default(0).describe('Graphemes kept at the end.'),
    })
    .refine(({ start, end }) => start + end <= MOST_SHOWN, {
      message: `Expected \`start\` and \`end\` to keep at most ${MOST_SHOWN} graphemes together; lower one of them.`,
    }),
  leaves: ['String', 'ID'],
  examples: [
    { name: 'the start', given: 'hanako_1990', expected: `h${FILLER}` },
    { name: 'both ends', parameters: { start: 2, end: 2 }, given: 'hanako_1990', expected: `ha${FILLER}90` },
    { name: 'seven characters', given: 'hanako1', expected: CONSTANT },
    { name: 'a grapheme of several code points', given: '👩‍👩‍👧を愛する鈴木です', expected: `👩‍👩‍👧${FILLER}` },
    { name: 'seven emoji of many code points', given: '👩‍👩‍👧'.repeat(7), expected: CONSTANT },
  ],
  apply: (value, { start, end }) => {
    const text = textOf(value);
    if (text === null || text.length < SHORTEST) return CONSTANT;
    const head = firstGraphemes(text, SHORTEST);
    const tail = lastGraphemes(text, end);
    if (head.length < SHORTEST || tail === null) return CONSTANT;
    const shown = head.slice(0, start);
    if (!shown.every(isShowable) || !tail.every(isShowable)) return CONSTANT;
    return shown.join('') + FILLER + tail.join('');
  },
});
