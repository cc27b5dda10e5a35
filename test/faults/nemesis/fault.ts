import type { Dice } from '../../fuzz/dice.ts';
import type { World } from '../world.ts';

/** One way in which the world goes wrong. */
export interface Fault {
  /** What one sees; unique, for the log and `--only`. */
  readonly name: string;
  /** What it disturbs: of faults about the same, one is at work at a time. */
  readonly about: 'redis' | 'store' | 'consent' | 'gateway' | 'links';
  /** Whether there is in this world what it disturbs. */
  readonly fits: (world: World) => boolean;
  /** Makes it go wrong. The result sets it right, after a while that the scheduler chooses, and waits until it is. */
  readonly strike: (world: World, dice: Dice) => Promise<() => Promise<void>>;
}

/** For faults that are over as soon as they have struck. */
export const OVER = async (): Promise<void> => await Promise.resolve();
