import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARKER } from '../../../policies/masks/marker.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { name } from '../../../policies/masks/name.ts';

const apply = (value: unknown): unknown => name.apply(value, {}, EXAMPLE_CONTEXT);
const hidden = MARKER.repeat(2);

describe('name', () => {
  it.each([
    { name: 'spaces around it', given: '  Hanako  Suzuki ', expected: `H${hidden} S${hidden}` },
    { name: 'a letter with a mark', given: 'E\u0301milie', expected: `E\u0301${hidden}` },
    { name: 'a letter under too many marks', given: `E${'\u0301'.repeat(30)}milie`, expected: hidden },
    { name: 'two graphemes of four code points', given: 'e\u0301e\u0301', expected: hidden },
    { name: 'digits', given: '090-1234-5678', expected: hidden },
    { name: 'emoji', given: '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', expected: hidden },
    { name: 'an invisible character in front', given: '\u202ehanako', expected: hidden },
    { name: 'half a surrogate pair', given: '\ud83dhanako', expected: hidden },
    {
      name: 'a part that the window cuts',
      given: `${'x'.repeat(254)} Suzuki`,
      expected: `x${hidden} ${hidden}`,
    },
    { name: 'not text', given: 7, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });

  it('shows at most a letter of each of three parts, and only of parts of three graphemes or more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { minLength: 1 }),
        (parts) => {
          const masked = apply(parts.join(' '));
          if (masked === CONSTANT) return;
          expect(masked).toMatch(/^(?:(?:\p{L}\P{L}*)?██)(?: (?:\p{L}\P{L}*)?██){0,2}$/u);
        },
      ),
    );
  });

  it('tells two names apart by their initials alone', () => {
    const rest = fc.stringMatching(/^[a-z]{2,20}$/u);
    fc.assert(
      fc.property(rest, rest, rest, rest, (a, b, c, d) => apply(`H${a} S${b}`) === apply(`H${c} S${d}`)),
    );
  });
});
