import {
  bulkhead,
  BrokenCircuitError,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  CountBreaker,
  handleWhen,
} from 'cockatiel';
import { checkAnswer, ConsentUnavailableError, type ConsentSource, type SourceAnswer } from './source.ts';
import { createSuspicion } from './suspicion.ts';

/** A consent source that is spared what it cannot bear. */
export interface GuardedSource extends Required<ConsentSource> {
  readonly stats: () => GuardStats;
}

/**
 * What became of reads. `inFlight`, `waiting`: now. Totals since creation: `reads` that reached the source,
 * `failures` of these that were its fault, `refused` without asking it, `opened`: how often the circuit did.
 */
export interface GuardStats {
  readonly circuit: 'closed' | 'open' | 'half-open';
  readonly inFlight: number;
  readonly waiting: number;
  readonly reads: number;
  readonly failures: number;
  readonly refused: number;
  readonly opened: number;
}

/**
 * Options of `guardSource`.
 * `timeoutMs`: of one read, and of waiting for one's turn. `maxInFlight`: reads at a time, default 64; `maxWaiting`:
 * reads in line for their turn, default 1 000. `openMs`: after how long an open circuit is tried again; default 1 000.
 */
export interface GuardOptions {
  readonly timeoutMs: number;
  readonly maxInFlight?: number;
  readonly maxWaiting?: number;
  readonly openMs?: number;
}

/** The circuit opens when more than half of the last 20 reads failed, as soon as there were five. */
const WINDOW = { threshold: 0.5, size: 20, minimumNumberOfCalls: 5 };

const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
} as const;

/**
 * Bounds the reads of a source in number and time, and leaves a source alone that fails: while its circuit is open,
 * every read is refused at once but for one each `openMs`, whose success closes it.
 *
 * A failure is whatever is the source's fault: no answer, a late one, one that is not for the subjects asked. It
 * counts only if the latest failures were not all about one same subject, since a subject that the source cannot cope
 * with must not close it to everybody else; a source that is down fails for others soon enough.
 *
 * A refusal is `ConsentUnavailableError`, as is everything else that this throws: never permission.
 */
export function guardSource(source: ConsentSource, options: GuardOptions): GuardedSource {
  const { timeoutMs, maxInFlight = 64, maxWaiting = 1_000, openMs = 1_000 } = options;
  const turns = bulkhead(maxInFlight, maxWaiting);
  const suspicion = createSuspicion();
  const totals = { reads: 0, failures: 0, refused: 0, opened: 0 };
  let openedAt = 0;

  const circuit = circuitBreaker(
    handleWhen((error) => counts(error)),
    { halfOpenAfter: openMs, breaker: new CountBreaker(WINDOW) },
  );
  circuit.onBreak(() => {
    totals.opened += 1;
    openedAt = Date.now();
  });

  function counts(error: unknown): boolean {
    if (!(error instanceof ReadFailure) || error.unavailable.fault !== 'source') return false;
    totals.failures += 1;
    const telling = suspicion.concernsAll(error.subjects);
    return telling || circuit.state === CircuitState.HalfOpen;
  }

  /** Cockatiel would let others wait for the outcome of a trial, which may take as long as a time-out. */
  function refuseWhileOpen(): void {
    const onTrial = circuit.state === CircuitState.HalfOpen;
    if (onTrial || (circuit.state === CircuitState.Open && Date.now() - openedAt < openMs)) {
      throw new BrokenCircuitError();
    }
  }

  async function readNow(
    subjects: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<SourceAnswer> {
    totals.reads += 1;
    try {
      return checkAnswer(subjects, await within(timeoutMs, source, subjects, signal));
    } catch (error) {
      throw new ReadFailure(asUnavailable(error), subjects);
    }
  }

  async function readInTurn(
    subjects: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<SourceAnswer> {
    refuseWhileOpen();
    const asked = performance.now();
    return await turns.execute(async () => {
      refuseWhileOpen();
      // By now nobody waits for it any more.
      if (signal?.aborted === true || performance.now() - asked >= timeoutMs) throw new WaitedTooLong();
      return await circuit.execute(async () => await readNow(subjects, signal));
    });
  }

  return {
    accepts: (subject) => source.accepts?.(subject) ?? true,
    read: async (subjects, signal) => {
      try {
        return await readInTurn(subjects, signal);
      } catch (error) {
        if (error instanceof ReadFailure) throw error.unavailable;
        totals.refused += 1;
        throw refusalOf(error);
      }
    },
    close: async () => await source.close(),
    stats: () => ({
      circuit: STATES[circuit.state],
      inFlight: maxInFlight - turns.executionSlots,
      waiting: maxWaiting - turns.queueSlots,
      ...totals,
    }),
  };
}

/** A read that reached the source, with those whom it was about. Never leaves this file. */
class ReadFailure extends Error {
  readonly unavailable: ConsentUnavailableError;
  readonly subjects: readonly string[];

  constructor(unavailable: ConsentUnavailableError, subjects: readonly string[]) {
    super(unavailable.message);
    this.unavailable = unavailable;
    this.subjects = subjects;
  }
}

class WaitedTooLong extends Error {}

function refusalOf(error: unknown): ConsentUnavailableError {
  if (error instanceof BrokenCircuitError) {
    return new ConsentUnavailableError('The consent source failed; it is left alone for a while.');
  }
  if (error instanceof BulkheadRejectedError) {
    return new ConsentUnavailableError('Too many reads of the consent source are in line.');
  }
  if (error instanceof WaitedTooLong) {
    return new ConsentUnavailableError('The consent source was busy for too long.');
  }
  return asUnavailable(error);
}

function asUnavailable(error: unknown): ConsentUnavailableError {
  if (error instanceof ConsentUnavailableError) return error;
  return new ConsentUnavailableError('The consent source failed.', { cause: error });
}

/** Ends after `timeoutMs` even if the source pays no heed to its signal, so that a turn is never taken for good. */
async function within(
  timeoutMs: number,
  source: ConsentSource,
  subjects: readonly string[],
  signal: AbortSignal | undefined,
): Promise<SourceAnswer> {
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const stop = (error: ConsentUnavailableError): void => {
    controller.abort(error);
    reject(error);
  };
  const timer = setTimeout(
    () => stop(new ConsentUnavailableError(`The consent source did not answer within ${timeoutMs} ms.`)),
    timeoutMs,
  );
  const leave = (): void =>
    stop(new ConsentUnavailableError('The read of the consent source was given up.', { fault: 'question' }));
  signal?.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([source.read(subjects, controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', leave);
  }
}
