const MAX_LINES = 500;
/** Characters. Redis and this process hold a transaction in memory as a whole. */
const MAX_SIZE = 1024 * 1024;

/** How many lines, from the one at `from` on, go to the stream at once: one at least, where there is one. */
export function batchLength(lines: readonly string[], from = 0): number {
  let size = 0;
  for (const [index, line] of lines.slice(from, from + MAX_LINES).entries()) {
    size += line.length;
    if (index > 0 && size > MAX_SIZE) return index;
  }
  return Math.min(MAX_LINES, lines.length - from);
}
