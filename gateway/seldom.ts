/**
 * Tells of what may fail for every request, such as a source that is down, at most once in `everyMs` for each message:
 * a log that grows with the requests fills the disk in the worst moment.
 *
 * @param tell is also told how often the same was left unsaid since it was last said.
 */
export function seldom(
  everyMs: number,
  tell: (error: unknown, unsaid: number) => void,
): (error: unknown) => void {
  const said = new Map<string, { at: number; unsaid: number }>();
  return (error) => {
    const message = error instanceof Error ? error.message : typeof error;
    const last = said.get(message);
    const now = performance.now();
    if (last !== undefined && now - last.at < everyMs) return void (last.unsaid += 1);
    // Messages are ours and few; should they not be, they are forgotten rather than kept.
    if (said.size >= MAX_MESSAGES) said.clear();
    said.set(message, { at: now, unsaid: 0 });
    tell(error, last?.unsaid ?? 0);
  };
}

const MAX_MESSAGES = 100;
