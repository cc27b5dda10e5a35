import { ConsentUnavailableError } from './source/source.ts';
import type { ConsentState } from './state.ts';

/** Reads the states of subjects, in the order asked; all of them or an error. */
export type ReadStates = (subjects: readonly string[]) => Promise<readonly ConsentState[]>;

/**
 * Options of `createSharedReads`.
 * `patienceMs`: after it a read that has not ended holds up no other about its subjects; default 500.
 * `maxSubjects`: different callers' subjects go out together up to that number, one caller's are never parted by it;
 * default 1 000.
 */
export interface SharedReadsOptions {
  readonly patienceMs?: number;
  readonly maxSubjects?: number;
}

const PATIENCE_MS = 500;
const MAX_SUBJECTS = 1_000;

/**
 * Lets callers who ask about the same subjects at the same time share reads, however many they are.
 *
 * What a read in progress will find out is of no use to who asks now: the source may have answered already, and a
 * withdrawal may have been acknowledged since. So a subject has at most one read under way and one in waiting; who
 * comes meanwhile joins the one in waiting, which is sent when the one under way has ended or has outlived
 * `patienceMs`. Whatever is to be sent in one turn of the event loop goes out as one call.
 *
 * A read that fails rejects those who share it and nobody else.
 */
export function createSharedReads(read: ReadStates, options: SharedReadsOptions = {}): ReadStates {
  const { patienceMs = PATIENCE_MS, maxSubjects = MAX_SUBJECTS } = options;
  /** The newest group that each subject is in, gone when nobody has to wait behind it. */
  const newest = new Map<string, Group>();
  /** What is sent at the end of this turn of the event loop. */
  let gathering: Group | null = null;

  function send(group: Group): void {
    if (gathering === group) gathering = null;
    group.sent = true;
    const subjects = [...group.subjects];
    const patience = setTimeout(() => letOthersPass(group), patienceMs).unref();
    const end = (): void => {
      clearTimeout(patience);
      letOthersPass(group);
    };
    const states = inOrder(read, subjects);
    states.then(end, end);
    group.settle(states);
  }

  /** Nobody waits behind this group any longer, and those who did are sent. */
  function letOthersPass(group: Group): void {
    for (const subject of group.subjects) if (newest.get(subject) === group) newest.delete(subject);
    for (const waiting of group.behind.splice(0)) {
      const into = gather(waiting.subjects);
      waiting.settle(into.states);
    }
  }

  function gather(subjects: ReadonlySet<string>): Group {
    if (gathering !== null && !fits(gathering, subjects, maxSubjects)) send(gathering);
    if (gathering === null) {
      const group = createGroup();
      gathering = group;
      setImmediate(() => {
        if (!group.sent) send(group);
      });
    }
    return add(gathering, subjects);
  }

  function waitBehind(group: Group, subjects: ReadonlySet<string>): Group {
    const last = group.behind.at(-1);
    if (last !== undefined && fits(last, subjects, maxSubjects)) return add(last, subjects);
    const fresh = createGroup();
    group.behind.push(fresh);
    return add(fresh, subjects);
  }

  function add(group: Group, subjects: ReadonlySet<string>): Group {
    for (const subject of subjects) {
      group.subjects.add(subject);
      newest.set(subject, group);
    }
    return group;
  }

  /**
   * The groups that will tell about the subjects.
   *
   * INVARIANT: none of them has been sent yet, so nobody is told what was true before they asked.
   * Test: test/policies/consent/sharedReads.test.ts, "never older than the call".
   */
  function join(subjects: ReadonlySet<string>): ReadonlySet<Group> {
    const joined = new Set<Group>();
    const free = new Set<string>();
    const behind = new Map<Group, Set<string>>();
    for (const subject of subjects) {
      const group = newest.get(subject);
      if (group === undefined) free.add(subject);
      else if (!group.sent) joined.add(group);
      else behind.set(group, (behind.get(group) ?? new Set()).add(subject));
    }
    for (const [group, theirs] of behind) joined.add(waitBehind(group, theirs));
    if (free.size > 0) joined.add(gather(free));
    return joined;
  }

  return async (subjects) => {
    const groups = join(new Set(subjects));
    const found = await Promise.all([...groups].map(async ({ states }) => await states));
    return subjects.map((subject) => {
      const states = found.find((each) => each.has(subject));
      const state = states?.get(subject);
      if (state === undefined) throw new ConsentUnavailableError('A shared read lost a subject.');
      return state;
    });
  };
}

type States = ReadonlyMap<string, ConsentState>;

/** Subjects whose states are read by one call. */
interface Group {
  readonly subjects: Set<string>;
  sent: boolean;
  readonly states: Promise<States>;
  readonly settle: (states: Promise<States>) => void;
  /** Groups of subjects that are being read by this one, to be sent after it. */
  readonly behind: Group[];
}

function createGroup(): Group {
  const { promise, resolve } = Promise.withResolvers<States>();
  return { subjects: new Set(), sent: false, states: promise, settle: resolve, behind: [] };
}

function fits(group: Group, subjects: ReadonlySet<string>, maxSubjects: number): boolean {
  return group.subjects.size + subjects.size <= maxSubjects;
}

async function inOrder(read: ReadStates, subjects: readonly string[]): Promise<States> {
  const states = await read(subjects);
  const found = new Map<string, ConsentState>();
  subjects.forEach((subject, index) => {
    const state = states[index];
    if (state?.subject === subject) found.set(subject, state);
  });
  if (found.size !== subjects.length || states.length !== subjects.length) {
    throw new ConsentUnavailableError('A read must answer for the subjects asked, in their order.');
  }
  return found;
}
