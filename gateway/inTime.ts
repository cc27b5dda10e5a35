/** Awaits work, but not for ever: after `ms` it is left to itself and `late` is called. What it throws is thrown. */
export async function inTime(ms: number, work: () => Promise<unknown>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late();
      resolve();
    }, ms);
  });
  const done = work();
  // Should it fail after nobody waits for it any more, that is no reason to fall over.
  done.catch(() => undefined);
  try {
    await Promise.race([done, waited]);
  } finally {
    clearTimeout(timer);
  }
}
