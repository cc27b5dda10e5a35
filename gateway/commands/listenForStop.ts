/** What a process was told: SIGTERM by whoever looks after it, SIGINT by somebody at a terminal. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** That a process is to stop. */
export interface StopOrder {
  /** Aborted as soon as it is. */
  readonly signal: AbortSignal;
  /** What it was told. */
  readonly given: Promise<StopSignal>;
}

/**
 * Listens for SIGINT and SIGTERM, of which the first counts. Further ones are taken no notice of: one Ctrl-C may come
 * twice, from the terminal and through npm, and neither must cut the stop short, which is bounded anyway.
 *
 * It is called before anything else: a signal that nobody listens for ends a process, but not the first of a container,
 * for which it is lost.
 */
export function listenForStop(): StopOrder {
  const controller = new AbortController();
  const given = new Promise<StopSignal>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        resolve(name);
        controller.abort(new Error(`Told to stop by ${name}.`));
      });
    }
  });
  return { signal: controller.signal, given };
}

/** How long the process may take to end by itself once everything is closed. */
const LEFT_OVER_MS = 1_000;

/**
 * Ends the process with its exit code where something that hangs would keep it. A call of the file system that hangs
 * cannot be given up: Node waits for it even in `process.exit`, so that such a process ends itself as a crash does.
 */
export function endAnyway(exitCode: number): void {
  const timer = setTimeout(() => {
    const hangs = process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
    if (hangs) process.kill(process.pid, 'SIGKILL');
    else process.exit(exitCode);
  }, LEFT_OVER_MS);
  // It is not what keeps the process: with nothing else left it ends at once.
  timer.unref();
}
