/** UTF-16 units looked at: enough for the few graphemes a mask shows, and independent of the value's length. */
const WINDOW = 256;

/**
 * The longest grapheme that is ever shown, in UTF-16 units. An emoji family has 11 and a flag of a region 14;
 * a letter under dozens of combining marks is a fingerprint, not a letter.
 */
const LONGEST = 16;

/** Printable ASCII, most of what is masked: one grapheme a character, found some ten times faster. */
const PLAIN = /^[ -~]*$/u;

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * At most `count` user-perceived characters (UAX #29) from the start of `text`, fewer where it is shorter. Time
 * does not grow with the text. A grapheme that fills the whole window counts as one.
 */
export function firstGraphemes(text: string, count: number): readonly string[] {
  // Segmenting copies its input, so a megabyte must be cut before, not while, it is segmented.
  const window = text.slice(0, WINDOW);
  if (PLAIN.test(window)) return window.slice(0, count).split('');
  const found: string[] = [];
  for (const { segment } of SEGMENTER.segment(window)) {
    if (found.length === count) break;
    found.push(segment);
  }
  return found;
}

/**
 * The last `count` user-perceived characters of `text`; `null` where it holds fewer or they are too long to be
 * told apart. What the cut at the window's start may have split is never among them.
 */
export function lastGraphemes(text: string, count: number): readonly string[] | null {
  if (count === 0) return [];
  const window = text.slice(-WINDOW);
  if (PLAIN.test(window)) return window.length < count ? null : window.slice(-count).split('');
  const all = Array.from(SEGMENTER.segment(window), ({ segment }) => segment);
  const whole = text.length > WINDOW ? all.slice(1) : all;
  return whole.length < count ? null : whole.slice(-count);
}

/** Whether a grapheme may be shown: short, and not half of a surrogate pair. */
export function isShowable(grapheme: string): boolean {
  return grapheme.length <= LONGEST && grapheme.isWellFormed();
}
