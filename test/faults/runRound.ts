import { setTimeout as sleep } from 'node:timers/promises';
import { createDice } from '../fuzz/dice.ts';
import { createCaller } from './call.ts';
import { checkHistory } from './checkHistory.ts';
import type { Violation } from './history.ts';
import { prepareRecord } from './prepareRecord.ts';
import { createReadingLog, readOnAndOn } from './readers.ts';
import { readRecord } from './readRecord.ts';
import { SHOWN_AT_FIRST } from './scenario.ts';
import { disturb, type ScheduleOptions } from './schedule.ts';
import { startWorld, type WorldOptions } from './world.ts';
import { shareRegisters, writeOnAndOn, type WritingLog } from './writers.ts';

/** One world, disturbed for a while. */
export interface RoundOptions extends WorldOptions, Omit<ScheduleOptions, 'tell' | 'onCalm'> {
  readonly seed: number;
  readonly readers: number;
  readonly writers: number;
  /** The longest wait of a writer between two writes. */
  readonly writerPauseMs: number;
  /**
   * How long nobody writes after each fault: every write about somebody also takes back what another one could not.
   */
  readonly quietMs: number;
  /** Within how many ms of calm all that is on record is in effect, and writes are effective at once again. */
  readonly settleMs: number;
  readonly tell: (line: string) => void;
  /** Lets the round end early. */
  readonly interrupted: AbortSignal;
}

/** What came of it. */
export interface RoundReport {
  /** Answers to reads, those among them that say that nothing could be fetched, and how many people they show or hide. */
  readonly reads: {
    readonly answered: number;
    readonly unanswered: number;
    readonly failed: number;
    readonly shown: number;
    readonly hidden: number;
    /** Of those: how many had to be hidden, since the withdrawal was in effect. */
    readonly bound: number;
  };
  readonly writes: {
    readonly acknowledged: number;
    readonly unknown: number;
    /** Of those acknowledged: effective at once. */
    readonly atOnce: number;
    readonly lost: number;
  };
  readonly faults: ReadonlyMap<string, number>;
  /** What the checker found. */
  readonly violations: readonly Violation[];
  /** Answers that no gateway may give, processes that crashed, and faults that could not be done. */
  readonly problems: readonly string[];
}

/** Starts a world, lets clients loose on it, disturbs it, sets it right, and checks what was seen. */
export async function runRound(options: RoundOptions): Promise<RoundReport> {
  const { seed, settleMs, tell, interrupted } = options;
  const world = await startWorld(options);
  const callers = world.gateways.map(createCaller);
  try {
    const writing: WritingLog = { writes: [], problems: [] };
    const reading = createReadingLog();
    await prepareRecord(callers);
    const began = performance.now();
    const enough = new AbortController();
    let quietUntil = 0;
    const isQuiet = (): boolean => performance.now() < quietUntil;
    const clients = Promise.all([
      ...Array.from({ length: options.readers }, async (_, index) => {
        await readOnAndOn(callers, createDice(seed + index), reading, enough.signal);
      }),
      ...shareRegisters(options.writers).map(async (registers, index) => {
        const writer = { name: `w${String(index)}`, registers, pauseMs: options.writerPauseMs, isQuiet };
        await writeOnAndOn(callers, createDice(seed - 1 - index), writing, writer, enough.signal);
      }),
    ]);
    const disturbed = await disturb(world, createDice(seed), {
      ...options,
      onCalm: () => {
        quietUntil = performance.now() + options.quietMs;
      },
      tell: (line) => tell(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}`),
    });
    await sleep(Math.max(settleMs, options.quietMs) + SETTLED_FOR_MS, null, { signal: interrupted }).catch(
      () => undefined,
    );
    enough.abort();
    await clients;

    const history = {
      writes: writing.writes,
      reads: reading.reads,
      record: await readRecord(world),
      calms: disturbed.calms,
      initiallyShown: SHOWN_AT_FIRST,
    };
    const isAlone = world.redis.kind === 'none' || world.redis.kind === 'single';
    const { violations, bound } = checkHistory(history, {
      // Behind Sentinels and in a Cluster a deletion may miss who takes over: there the lease is all that is promised.
      settledInMs: isAlone ? settleMs : null,
      atOnceAgainInMs: isAlone ? settleMs : null,
    });
    const processes = [...world.gateways, ...world.consents].map(({ process }) => process);
    const crashes = processes
      .filter((process) => process.crashes() > 0)
      .map((process) => `${process.name} crashed:\n${process.printed()}`);
    const acknowledged = writing.writes.flatMap(({ outcome }) =>
      outcome.kind === 'acknowledged' ? [outcome] : [],
    );
    const shown = reading.reads.filter((read) => read.shown).length;
    return {
      reads: {
        answered: reading.counts.answered,
        unanswered: reading.counts.unanswered,
        failed: reading.counts.failed,
        shown,
        hidden: reading.reads.length - shown,
        bound,
      },
      writes: {
        acknowledged: acknowledged.length,
        unknown: writing.writes.length - acknowledged.length,
        atOnce: acknowledged.filter(({ effectiveInMs }) => effectiveInMs === 0).length,
        lost: violations.filter(({ kind }) => kind === 'lost write').length,
      },
      faults: disturbed.counts,
      violations,
      problems: [
        ...disturbed.failures,
        ...writing.problems,
        ...reading.problems,
        ...crashes,
        ...(interrupted.aborted ? [] : idleness(shown, bound)),
      ],
    };
  } finally {
    await Promise.all(callers.map(async (caller) => await caller.close()));
    await world.close();
  }
}

/** How long clients go on once all must have settled. */
const SETTLED_FOR_MS = 2_000;

/** Where nothing was shown, or nothing had to be hidden, nothing can have been shown wrongly. */
function idleness(shown: number, bound: number): readonly string[] {
  return shown > 0 && bound > 0
    ? []
    : [`${String(shown)} values were shown and ${String(bound)} had to be hidden: this proves nothing`];
}
