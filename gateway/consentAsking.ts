import type { Caller } from '../policies/caller.ts';
import type { ConsentLookup } from '../policies/consent/lookup.ts';
import type { SubjectState } from '../policies/consent/state.ts';
import type { Policy } from '../policies/policy.ts';
import { collectSubjects } from './project/collectSubjects.ts';
import { createDecider, type Decide } from './project/decider.ts';
import type { SetShape } from './project/shape.ts';

/** The consents that one answer rests on, each asked for once. */
export interface ConsentAsking {
  /** Decides about fetched data, by the consents of all whom it is about. */
  readonly ask: (data: unknown, shape: SetShape) => Promise<Decide>;
  /** Whether what was asked for first is too old to show anything by. */
  readonly isStale: () => boolean;
  /** The same questions, asked anew. */
  readonly again: () => ConsentAsking;
  /** Makes sure that what stands for these subjects in the record is known, where it can be. */
  readonly refer: (subjects: Iterable<string>) => Promise<void>;
  /** Consents that are known by now, by subject. */
  readonly states: () => ReadonlyMap<string, SubjectState>;
  /** What stands for a subject in the record; `null`: the source gave nothing, or was not asked. */
  readonly referenceOf: (subject: string) => string | null;
}

/** What asking depends on: one request. */
export interface ConsentAskingInput {
  readonly consent: ConsentLookup;
  readonly policy: Policy;
  readonly caller: Caller;
}

/** What rests on older consents when it is due is decided about anew (DESIGN §7). */
const MAX_AGE_MS = 5_000;

/**
 * Asks for consents, which from then on grow old. Asked anew they may take too long once more; from the second time
 * on nobody is taken to have permitted anything, so that a request comes to an end.
 *
 * INVARIANT: no answer is built on consents that were asked for more than five seconds before it is handed on
 * (test/gateway/staleConsents.test.ts).
 */
export function createConsentAsking(input: ConsentAskingInput): ConsentAsking {
  return asking(input, { turn: 0, referenceOf: () => null });
}

/** What is left of asking before. */
interface Before extends Pick<ConsentAsking, 'referenceOf'> {
  readonly turn: number;
}

function asking(input: ConsentAskingInput, before: Before): ConsentAsking {
  const { consent, policy, caller } = input;
  const reader = before.turn <= 1 ? consent.forRequest() : null;
  let known: ReadonlyMap<string, SubjectState> = new Map();
  let askedAt = Infinity;

  async function load(subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0 || reader === null) return;
    const states = await reader.load(subjects);
    known = known.size === 0 ? states : new Map([...known, ...states]);
  }

  const referenceOf = (subject: string): string | null => {
    const state = known.get(subject);
    return (state?.kind === 'known' ? state.state.reference : null) ?? before.referenceOf(subject);
  };

  return {
    async ask(data, shape) {
      const subjects = collectSubjects(data, shape);
      if (subjects.size > 0) {
        askedAt = Math.min(askedAt, performance.now());
        // Not by what was asked: the end user stands in the record beside those whom it is about.
        await load(caller.endUser === null ? [...subjects] : [...new Set([...subjects, caller.endUser])]);
      }
      return createDecider(policy, caller, known, Date.now());
    },
    // Where no consent is known, none has grown old: asking again would only take as long once more.
    isStale: () =>
      reader !== null &&
      performance.now() - askedAt > MAX_AGE_MS &&
      [...known.values()].some(({ kind }) => kind === 'known'),
    again: () => asking(input, { turn: before.turn + 1, referenceOf }),
    async refer(subjects) {
      await load([...new Set(subjects)].filter((subject) => !known.has(subject)));
    },
    states: () => known,
    referenceOf,
  };
}
