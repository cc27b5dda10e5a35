import { fork } from 'node:child_process';
import { z } from 'zod';

/** What a worker process is asked for. */
export const rangeSchema = z.object({ seed: z.number(), runs: z.number(), worlds: z.number() });

const outcomeSchema = z.object({
  checked: z.number(),
  failures: z.array(z.object({ seed: z.number(), path: z.string(), message: z.string() })),
  counts: z.record(z.string(), z.number()),
  firstSeed: z.number(),
  lastSeed: z.number(),
});

/** What it answers. */
export type RangeOutcome = z.infer<typeof outcomeSchema>;

/** Checks a range of worlds in a process of its own. Rejects where the process ends without an outcome. */
export async function inWorker(range: z.infer<typeof rangeSchema>): Promise<RangeOutcome> {
  const child = fork(new URL('fuzzWorker.ts', import.meta.url));
  return await new Promise<RangeOutcome>((resolve, reject) => {
    child.once('message', (message) => resolve(outcomeSchema.parse(message)));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(
        new Error(`The worker from seed ${String(range.seed)} on ended with ${String(code ?? signal)}.`),
      ),
    );
    child.send(range);
  });
}
