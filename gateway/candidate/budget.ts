/** Time that work behind the answers' backs may take. */
export interface Budget {
  /** Whether anything is left of it. */
  readonly hasLeft: () => boolean;
  readonly spend: (ms: number) => void;
}

/** How much may be saved up, in ms. */
const MOST_SAVED = 100;

/** Creates a budget of a share of all time: 0.1 is a tenth of one processor. */
export function createBudget(share: number, now: () => number = () => performance.now()): Budget {
  let left = MOST_SAVED;
  let at = now();
  return {
    hasLeft() {
      const next = now();
      left = Math.min(MOST_SAVED, left + (next - at) * share);
      at = next;
      return left > 0;
    },
    spend: (ms) => void (left -= ms),
  };
}
