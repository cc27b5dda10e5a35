/** What a process was told: SIGTERM by whoever looks after it, SIGINT by somebody at a terminal. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/**
 * Resolves with the first SIGINT or SIGTERM. Further ones are taken no notice of: one Ctrl-C may come twice, from the
 * terminal and through npm, and neither must cut the stop short, which is bounded anyway.
 */
export async function untilToldToStop(): Promise<StopSignal> {
  return await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
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
