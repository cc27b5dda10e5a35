import type { SourceAnswer } from './source.ts';

/**
 * Reads any number of subjects by calls of at most `size` each, `parallel` at a time. The answer has the subjects'
 * order and the shortest lease; about nobody no call is made. The first call that
 * fails fails all.
 */
export async function inBatches(
  subjects: readonly string[],
  { size, parallel }: { readonly size: number; readonly parallel: number },
  call: (batch: readonly string[]) => Promise<SourceAnswer>,
): Promise<SourceAnswer> {
  if (subjects.length === 0) return { leaseMs: 0, states: [] };
  if (subjects.length <= size) return await call(subjects);
  const answers: SourceAnswer[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < subjects.length) {
      const start = next;
      next += size;
      try {
        answers[start / size] = await call(subjects.slice(start, start + size));
      } catch (error) {
        next = subjects.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return {
    leaseMs: Math.min(...answers.map((answer) => answer.leaseMs)),
    states: answers.flatMap((answer) => answer.states),
  };
}
