import { randomUUID } from 'node:crypto';
import { stampLine, type ChainHead } from '../../policies/record/recordLine.ts';
import type { AuditSink } from './auditSink.ts';
import { createKeepingDoubt } from './keepingDoubt.ts';

/** Characters of events that may wait for the sink; what comes beyond them is not taken. */
const MAX_WAITING = 64 * 1024 * 1024;
/** Requests that may wait for the sink, each with its answer; those beyond them fail. */
const MAX_WAITERS = 10_000;
/** After so long without a word of the sink whoever waits is told that nothing is certain, and nothing more is taken. */
const STALL_MS = 10_000;
/** After a failure, for how long what cannot be undone should not be begun. */
const DOUBT_MS = 1_000;

/** Puts events into a chain of lines, and keeps them in groups. */
export interface RecordWriter {
  /** Resolves once the event's line is kept, and rejects where that is not certain. */
  readonly write: (event: string) => Promise<void>;
  /** Takes an event that is kept soon, with others; where it cannot be kept it is lost, which is counted. */
  readonly leave: (event: string) => void;
  /** Why an event would hardly be kept now: the sink hangs or has just failed, or is closed; `null`: as far as is known it would. */
  readonly trouble: () => Error | null;
  /** Whether an event was not kept, and nothing has shown since that one would be; see `createKeepingDoubt`. */
  readonly isInDoubt: () => boolean;
  /** Since the start: lines that were kept, and events that were left and lost; now: events that are not kept yet. */
  readonly stats: () => { readonly kept: number; readonly lost: number; readonly waiting: number };
  /** Keeps what waits, then closes the sink. What comes afterwards is not kept. */
  readonly close: () => Promise<void>;
}

/** Options of `createRecordWriter`. */
export interface RecordWriterOptions {
  readonly sink: AuditSink;
  /** The first part of every chain's name: letters, digits, `.`, `_` and `-`. */
  readonly writer: string;
  /** How long an event that was left waits for others, in ms. */
  readonly flushMs: number;
  /** How long the sink may be silent, in ms; default 10 000. */
  readonly stallMs?: number;
  /** Told of lines that were kept, in their order. */
  readonly onKept: (lines: readonly string[], head: ChainHead) => void;
  /** Told how many events were left and lost, and why. */
  readonly onLost: (count: number, error: unknown) => void;
}

/** An event on its way, and whom to tell; `null`: nobody waits. */
interface Waiting {
  readonly event: string;
  readonly told: { readonly kept: () => void; readonly lost: (error: unknown) => void } | null;
}

/**
 * Creates the writer of one process. Events that come while others are being kept are kept together after them.
 *
 * INVARIANT: a chain goes on only behind lines that are kept for certain; behind any others a new one begins
 * (test/gateway/audit/recordWriter.test.ts).
 */
export function createRecordWriter(options: RecordWriterOptions): RecordWriter {
  const { sink, writer, flushMs, stallMs = STALL_MS, onKept, onLost } = options;
  let waiting: Waiting[] = [];
  let beingWritten = 0;
  let size = 0;
  let head = newChain(writer);
  let kept = 0;
  let lost = 0;
  let timer: NodeJS.Timeout | null = null;
  /** How many of those waiting are waited for. */
  let urgent = 0;
  /** Whether those left have waited long enough. */
  let isDue = false;
  let isWriting = false;
  let isStalled = false;
  let isClosed = false;
  let failedAt = -Infinity;
  let waiters = 0;
  const doubt = createKeepingDoubt(sink.attempt === undefined ? null : async () => await sink.attempt?.());
  /** Settles when the writing is over, or the sink hangs. */
  let writing: Promise<void> = Promise.resolve();
  let stalled = Promise.withResolvers<void>();

  async function writeWaiting(): Promise<void> {
    do {
      urgent = 0;
      isDue = false;
      clearTimeout(timer ?? undefined);
      timer = null;
      const group = waiting;
      waiting = [];
      beingWritten = group.length;
      const watch = setTimeout(() => stall(group), stallMs);
      let next = head;
      const lines = group.map(({ event }) => {
        const stamped = stampLine(event, next);
        next = stamped.head;
        return stamped.line;
      });
      try {
        await sink.append(lines);
        head = next;
        failedAt = -Infinity;
        doubt.kept();
        kept += lines.length;
        onKept(lines, head);
        for (const { told } of group) told?.kept();
      } catch (error) {
        head = newChain(writer);
        failedAt = performance.now();
        doubt.failed();
        for (const { told } of group) told?.lost(error);
        lose(group.filter(({ told }) => told === null).length, error);
      }
      clearTimeout(watch);
      isStalled = false;
      for (const { event } of group) size -= event.length;
      beingWritten = 0;
    } while (urgent > 0 || isDue);
    isWriting = false;
  }

  /** What was given to the sink may be kept yet; nobody waits for it any longer. */
  function stall(group: readonly Waiting[]): void {
    isStalled = true;
    for (const { told } of [...group, ...waiting]) told?.lost(new Error(HANGS));
    stalled.resolve();
  }

  function lose(count: number, error: unknown): void {
    if (count === 0) return;
    lost += count;
    onLost(count, error);
  }

  function flush(): void {
    if (isWriting || waiting.length === 0) return;
    isWriting = true;
    stalled = Promise.withResolvers();
    writing = Promise.race([writeWaiting(), stalled.promise]);
  }

  /** A write that is under way goes on with them. */
  function due(): void {
    timer = null;
    isDue = true;
    flush();
  }

  const isBusy = (): boolean => !isStalled && (isWriting || waiting.length > 0);

  /** Why an event is not taken. */
  function refusal(event: string): Error | null {
    if (isClosed) return new Error('The access record is closed.');
    if (isStalled) return new Error(HANGS);
    return size + event.length > MAX_WAITING
      ? new Error('The access record is not written fast enough.')
      : null;
  }

  return {
    async write(event) {
      const refused = refusal(event);
      if (refused !== null) throw refused;
      if (waiters >= MAX_WAITERS) throw new Error('Too many requests wait for the access record.');
      size += event.length;
      urgent += 1;
      waiters += 1;
      try {
        await new Promise<void>((keptIt, lostIt) => {
          waiting.push({ event, told: { kept: keptIt, lost: lostIt } });
          flush();
        });
      } finally {
        waiters -= 1;
      }
    },
    leave(event) {
      const refused = refusal(event);
      if (refused !== null) return lose(1, refused);
      size += event.length;
      waiting.push({ event, told: null });
      timer ??= setTimeout(due, flushMs);
    },
    trouble: () =>
      refusal('') ??
      (performance.now() - failedAt < DOUBT_MS ? new Error('The access record has just failed.') : null),
    isInDoubt: doubt.isInDoubt,
    stats: () => ({ kept, lost, waiting: waiting.length + beingWritten }),
    async close() {
      isClosed = true;
      doubt.close();
      while (isBusy()) {
        flush();
        await writing;
      }
      // What hangs is not waited for: a process that cannot end is killed, and loses as much.
      if (isStalled) return lose(waiting.filter(({ told }) => told === null).length, new Error(HANGS));
      await sink.close?.();
    },
  };
}

const HANGS = 'The access record is not being written.';

function newChain(writer: string): ChainHead {
  return { chain: `${writer}/${randomUUID()}`, sequence: 0, hash: '' };
}
