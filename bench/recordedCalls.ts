import { z } from 'zod';
import type { Call } from './world/recordedSubgraphs.ts';

/** One call of a subgraph, ready-made. */
const recordedCall = z.object({ url: z.string(), body: z.string() });

/** What the proxy is told: by the body of a client's request, the calls it leads to and the answer. */
export const recordedCalls = z.array(
  z.object({
    request: z.string(),
    /** Calls of one stage are made at once; the next stage waits for all of them. */
    stages: z.array(z.array(recordedCall)),
    answer: z.unknown(),
  }),
);

export type RecordedCall = z.infer<typeof recordedCall>;
export type RecordedCalls = z.infer<typeof recordedCalls>;

/** Calls in stages: one that came after an answer of the stage before it was there begins a new one. */
export function inStages(
  calls: readonly Call[],
  urls: ReadonlyMap<string, string>,
): RecordedCalls[number]['stages'] {
  const stages: RecordedCall[][] = [];
  let firstEnd = 0;
  for (const { subgraph, body, began, ended } of calls.toSorted((a, b) => a.began - b.began)) {
    if (stages.length === 0 || began >= firstEnd) {
      stages.push([]);
      firstEnd = ended;
    }
    firstEnd = Math.min(firstEnd, ended);
    // Bodies are kept as bytes, one character each.
    stages
      .at(-1)
      ?.push({ url: urls.get(subgraph) ?? '', body: Buffer.from(body, 'latin1').toString('utf8') });
  }
  return stages;
}
