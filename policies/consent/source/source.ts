import type { ConsentState } from '../state.ts';

/**
 * Where consent states come from: the system of record behind the cache.
 *
 * `read` answers for exactly the subjects asked, in their order, as they stand in one snapshot taken after
 * the call began; a subject that is not known has no entries. It ends within a time of its own, and when `signal`
 * aborts; whatever keeps it from answering so, it throws `ConsentUnavailableError` and nothing else.
 * `consentSourceConformance` tries all of that.
 *
 * `accepts`: whether it can be asked about a subject at all, for sources that know some namespaces or forms of ids
 * alone; default: all. The consent of others is unavailable, which keeps nobody else from being known.
 */
export interface ConsentSource {
  readonly accepts?: (subject: string) => boolean;
  readonly read: (subjects: readonly string[], signal?: AbortSignal) => Promise<SourceAnswer>;
  readonly close: () => Promise<void>;
}

/** `leaseMs`: how long the states may be kept, counted from before they were read; 0: not at all. */
export interface SourceAnswer {
  readonly leaseMs: number;
  readonly states: readonly ConsentState[];
}

/**
 * What is wrong where a consent cannot be known. `source`: it does not answer, or not as it should, and likely will
 * not answer others either. `question`: it refused this question or was told to stop, which tells nothing of others.
 */
export type Fault = 'source' | 'question';

/** The consent of some subject cannot be known now. The message names no subject. */
export class ConsentUnavailableError extends Error {
  override readonly name = 'ConsentUnavailableError';
  readonly fault: Fault;

  constructor(message: string, options: ErrorOptions & { readonly fault?: Fault } = {}) {
    super(message, options);
    this.fault = options.fault ?? 'source';
  }
}

/** Subjects in one call; more are asked for in several. The consent subgraph refuses more. */
export const MAX_SUBJECTS_PER_CALL = 1_000;

/** UTF-16 code units in a subject id that a source is asked about. The consent subgraph refuses longer ones. */
export const MAX_SUBJECT_LENGTH = 512;

/**
 * Checks that an answer is for the subjects asked, in their order, with a lease that is one.
 *
 * INVARIANT: an answer that does not match the question in number, order and subjects is an error, never a
 * permission. Test: test/policies/consent/source/graphqlSource.test.ts, "refuses an answer".
 *
 * @throws ConsentUnavailableError
 */
export function checkAnswer(subjects: readonly string[], answer: SourceAnswer): SourceAnswer {
  const { leaseMs, states } = answer;
  if (!Number.isSafeInteger(leaseMs) || leaseMs < 0) {
    throw new ConsentUnavailableError('A lease must be a whole number of milliseconds, 0 or more.');
  }
  const sameOrder =
    states.length === subjects.length && states.every((state, index) => state.subject === subjects[index]);
  if (!sameOrder) {
    throw new ConsentUnavailableError(
      'The consent source must answer for the subjects asked, in their order.',
    );
  }
  return answer;
}
