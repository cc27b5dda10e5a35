import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 10;

/** Sends at a given rate, whatever comes back and however late, until `over`; resolves when all has come back. */
export async function openLoop(
  perSecond: number,
  over: AbortSignal,
  send: () => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  let sent = 0;
  while (!over.aborted) {
    const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
    for (; sent < due; sent++) {
      const one = send().finally(() => underWay.delete(one));
      underWay.add(one);
    }
    await sleep(TICK_MS);
  }
  await Promise.all(underWay);
}

/** How many requests a second are answered when `connections` ask, each again as soon as it was answered. */
export async function closedLoop(
  connections: number,
  seconds: number,
  send: () => Promise<void>,
): Promise<number> {
  const began = performance.now();
  const until = began + seconds * 1_000;
  let answered = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        await send();
        answered += 1;
      }
    }),
  );
  return answered / ((performance.now() - began) / 1_000);
}
