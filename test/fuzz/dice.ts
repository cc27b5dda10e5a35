/** Random choices that one seed settles. */
export interface Dice {
  /** An integer from 0, below `bound`. */
  readonly below: (bound: number) => number;
  readonly chance: (probability: number) => boolean;
  /** One of the items; throws where there is none. */
  readonly pick: <T>(items: readonly T[]) => T;
  /** Each item with this probability, at least `atLeast` of them where there are as many. */
  readonly some: <T>(items: readonly T[], probability: number, atLeast?: number) => T[];
}

/** Creates dice. Equal seeds throw alike (mulberry32). */
export function createDice(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  };
  return {
    below,
    pick,
    chance: (probability) => next() < probability,
    some(items, probability, atLeast = 0) {
      const kept = items.filter(() => next() < probability);
      for (
        const rest = items.filter((item) => !kept.includes(item));
        kept.length < atLeast && rest.length > 0;
      ) {
        kept.push(...rest.splice(below(rest.length), 1));
      }
      return kept;
    },
  };
}
