import { compiledExecutor } from '../gateway/execute/compiledExecutor.ts';
import type { Executor } from '../gateway/execute/executor.ts';
import { referenceExecutor } from '../gateway/execute/reference/referenceExecutor.ts';

/** Executors that the same requests are answered by. */
export const EXECUTORS = Object.freeze({ compiled: compiledExecutor, reference: referenceExecutor });

export type ExecutorName = keyof typeof EXECUTORS;

/** An executor of a gateway that is another one when told so, over the same prepared operations. */
export interface SwitchedExecutor {
  readonly execute: Executor;
  readonly use: (name: ExecutorName) => void;
}

/** Starts with the compiled executor. */
export function switchedExecutor(): SwitchedExecutor {
  let current: Executor = EXECUTORS.compiled;
  return {
    execute: async (input) => await current(input),
    use(name) {
      current = EXECUTORS[name];
    },
  };
}
