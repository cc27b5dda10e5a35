/**
 * The candidate that a misspelt word most likely meant, or `null` if none is near: at most a third of its letters
 * differ, or it is a neighbour in case only. Two neighbours that changed places differ as one letter.
 */
export function closest(word: string, candidates: readonly string[]): string | null {
  const short = word.slice(0, LONGEST);
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(short.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(short.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

const LONGEST = 100;

/** Optimal string alignment, Levenshtein's distance with exchanged neighbours; one row at a time. */
function editDistance(a: string, b: string): number {
  let above: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const exchanged =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (above[j - 2] ?? 0) + 1
          : substituted;
      next.push(Math.min(substituted, exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    above = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
