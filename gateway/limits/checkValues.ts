import { inputTooLarge } from './checkDocument.ts';
import type { Limits } from './limits.ts';

/**
 * Refuses variables that are over a limit, before anything goes through them by calling itself.
 *
 * @throws refusals (`INPUT_TOO_LARGE`).
 */
export function checkValues(values: unknown, limits: Limits): void {
  // The object that holds the variables is none of their levels.
  let level: unknown[] = [values];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (depth > limits.inputDepth) throw inputTooLarge('A variable', limits);
      if (Array.isArray(value) && value.length > limits.inputItems) throw inputTooLarge('A variable', limits);
      for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) next.push(each);
    }
    level = next;
  }
}
