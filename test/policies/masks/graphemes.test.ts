import { describe, expect, it } from 'vitest';
import { firstGraphemes, isShowable, lastGraphemes } from '../../../policies/masks/graphemes.ts';

describe('graphemes', () => {
  it.each([
    { name: 'letters', text: 'abc', count: 2, first: ['a', 'b'], last: ['b', 'c'] },
    { name: 'none', text: 'abc', count: 0, first: [], last: [] },
    { name: 'more than there are', text: 'ab', count: 3, first: ['a', 'b'], last: null },
    { name: 'nothing', text: '', count: 1, first: [], last: null },
    { name: 'a family', text: '👩‍👩‍👧x👩‍👩‍👧', count: 1, first: ['👩‍👩‍👧'], last: ['👩‍👩‍👧'] },
    { name: 'combining marks', text: 'e\u0301ae\u0301', count: 1, first: ['e\u0301'], last: ['e\u0301'] },
    { name: 'a megabyte', text: `a${'-'.repeat(1_000_000)}z`, count: 1, first: ['a'], last: ['z'] },
    {
      name: 'one that a window of 256 cuts',
      text: `ab${'\u0301'.repeat(300)}`,
      count: 1,
      first: ['a'],
      last: null,
    },
  ])('$name', ({ text, count, first, last }) => {
    expect(firstGraphemes(text, count)).toEqual(first);
    expect(lastGraphemes(text, count)).toEqual(last);
  });

  it('looks at 256 characters at most', () => {
    expect(firstGraphemes(`a${'\u0301'.repeat(1_000)}`, 1)).toEqual([`a${'\u0301'.repeat(255)}`]);
  });

  it.each([
    { name: 'a letter', given: 'a', expected: true },
    { name: 'a family of four with skin tones', given: '👩🏽‍❤️‍💋‍👨🏿', expected: true },
    { name: 'a flag of a region', given: '🏴󠁧󠁢󠁥󠁮󠁧󠁿', expected: true },
    { name: 'half a surrogate pair', given: '\ud83d', expected: false },
    { name: 'a letter under too many marks', given: `a${'\u0301'.repeat(16)}`, expected: false },
  ])('$name may be shown: $expected', ({ given, expected }) => {
    expect(isShowable(given)).toBe(expected);
  });
});
