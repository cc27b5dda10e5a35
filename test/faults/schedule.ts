import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../fuzz/dice.ts';
import type { Calm } from './history.ts';
import type { Fault } from './nemesis/fault.ts';
import type { World } from './world.ts';

/** When what happens. Times are ms. */
export interface ScheduleOptions {
  readonly faults: readonly Fault[];
  /** For how long to disturb. */
  readonly forMs: number;
  readonly holdMs: Span;
  /** How long nothing is disturbed between faults. */
  readonly calmMs: Span;
  /** The chance that two faults are at work together. */
  readonly together: number;
  /** Is told when everything has been set right. */
  readonly onCalm: () => void;
  /** Is told of each fault that has been set right. */
  readonly tell: (line: string) => void;
  /** Ends it early. */
  readonly interrupted: AbortSignal;
}

/** From the first to the second. */
export type Span = readonly [least: number, most: number];

/** What was done. */
export interface Disturbed {
  readonly calms: readonly Calm[];
  /** How often each fault struck. */
  readonly counts: ReadonlyMap<string, number>;
  /** What could not be done: the run then proves nothing. */
  readonly failures: readonly string[];
}

/**
 * Disturbs a world, sets it right, leaves it alone for a while, and so on. When it returns everything is right again,
 * and the last calm is still open: it ends at `Infinity`.
 */
export async function disturb(world: World, dice: Dice, options: ScheduleOptions): Promise<Disturbed> {
  const { forMs, holdMs, calmMs, together, onCalm, tell, interrupted } = options;
  const faults = options.faults.filter((fault) => fault.fits(world));
  const calms: Calm[] = [];
  const counts = new Map<string, number>();
  const failures: string[] = [];
  const end = performance.now() + forMs;
  let calmFrom = performance.now();

  for (;;) {
    const left = end - performance.now();
    await pause(Math.min(left, faults.length === 0 ? left : within(calmMs, dice)));
    if (performance.now() >= end || interrupted.aborted) break;
    const first = dice.pick(faults);
    const others = faults.filter(({ about }) => about !== first.about);
    const chosen = others.length > 0 && dice.chance(together) ? [first, dice.pick(others)] : [first];
    calms.push({ from: calmFrom, until: performance.now() });
    const heal: (() => Promise<void>)[] = [];
    for (const fault of chosen) {
      counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
      await attempt(fault, async () => heal.push(await fault.strike(world, dice)));
    }
    const held = within(holdMs, dice);
    await pause(held);
    for (const undo of heal.toReversed()) await attempt(first, undo);
    calmFrom = performance.now();
    onCalm();
    tell(`${chosen.map(({ name }) => name).join(' + ')}: ${(held / 1_000).toFixed(1)} s`);
  }
  calms.push({ from: calmFrom, until: Infinity });
  return { calms, counts, failures };

  async function pause(ms: number): Promise<void> {
    await sleep(Math.max(0, ms), null, { signal: interrupted }).catch(() => undefined);
  }

  async function attempt(fault: Fault, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      failures.push(`${fault.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function within([least, most]: Span, dice: Dice): number {
  return least + dice.below(Math.max(1, most - least));
}
