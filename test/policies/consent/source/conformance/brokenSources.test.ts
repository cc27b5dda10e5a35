import { describe, expect, test } from 'vitest';
import type {
  ConformanceHarness,
  SourceFault,
} from '../../../../../policies/consent/source/conformance/conformanceHarness.ts';
import { consentSourceConformance } from '../../../../../policies/consent/source/conformance/consentSourceConformance.ts';
import {
  ConsentUnavailableError,
  type ConsentSource,
} from '../../../../../policies/consent/source/source.ts';
import type { ConsentEntry, ConsentState } from '../../../../../policies/consent/state.ts';

const PURPOSE = 'marketing.recommendation';
const FAULTS: readonly SourceFault[] = [
  'hang',
  'down',
  'failing',
  'malformed',
  'cut-off',
  'oversized',
  'replayed',
];

type Read = ConsentSource['read'];

/** A consent system in this process, and a source of it. */
interface World {
  readonly stateOf: (subject: string) => ConsentState;
  fault: SourceFault | null;
  closed: boolean;
  /** A read as it should be. */
  readonly read: Read;
  readonly timeoutMs: number;
}

/** What an adapter does in place of what it should: its `read` and its `close`, made from a world that is right. */
interface Wrong {
  readonly read?: (world: World) => Read;
  readonly close?: (world: World) => () => Promise<void>;
}

function harnessOf(wrong: Wrong): ConformanceHarness {
  const entries = new Map<string, ConsentEntry>();
  const open = new Set<World>();
  let fault: SourceFault | null = null;
  let clock = 0;

  const write = async (subject: string, state: ConsentEntry['state']): Promise<void> => {
    clock = Math.max(Date.now(), clock + 1);
    entries.set(subject, { purpose: PURPOSE, recipient: null, state, at: clock, expiresAt: null });
    await Promise.resolve();
  };
  const stateOf = (subject: string): ConsentState => {
    const entry = entries.get(subject);
    return {
      subject,
      suspended: false,
      lastServiceUse: null,
      collectionMethods: [],
      entries: entry === undefined ? [] : [entry],
      reference: null,
    };
  };

  return {
    subject: (name) => `user:${name}`,
    purpose: PURPOSE,
    give: async (subject) => await write(subject, 'GIVEN'),
    withdraw: async (subject) => await write(subject, 'WITHDRAWN'),
    faults: FAULTS,
    behave: async (next) => {
      fault = next;
      for (const world of open) world.fault = next;
      await Promise.resolve();
    },
    open: ({ timeoutMs }) => {
      const closing = new AbortController();
      const world: World = {
        stateOf,
        fault,
        closed: false,
        timeoutMs,
        read: async (subjects, signal) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          if (world.closed || signal?.aborted === true)
            throw new ConsentUnavailableError('closed or given up');
          if (world.fault === null) return { leaseMs: 0, states: subjects.map(stateOf) };
          if (world.fault !== 'hang') throw new ConsentUnavailableError('the system is not well');
          const ends = [
            AbortSignal.timeout(timeoutMs),
            closing.signal,
            ...(signal === undefined ? [] : [signal]),
          ];
          return await new Promise((_, reject) => {
            AbortSignal.any(ends).addEventListener('abort', () =>
              reject(new ConsentUnavailableError('late')),
            );
          });
        },
      };
      open.add(world);
      const close = async (): Promise<void> => {
        world.closed = true;
        closing.abort();
        open.delete(world);
        await Promise.resolve();
      };
      return { read: wrong.read?.(world) ?? world.read, close: wrong.close?.(world) ?? close };
    },
  };
}

/** Answers as if all were well while its system is not so. */
const answersDespite =
  (fault: SourceFault, answer: (world: World, subjects: readonly string[]) => readonly ConsentState[]) =>
  (world: World): Read =>
  async (subjects, signal) =>
    world.fault === fault
      ? { leaseMs: 0, states: answer(world, subjects) }
      : await world.read(subjects, signal);
const nothingOf = (world: World, subjects: readonly string[]): readonly ConsentState[] =>
  subjects.map((subject) => ({ ...world.stateOf(subject), entries: [] }));
const changing =
  (change: (state: ConsentState, index: number) => ConsentState) =>
  (world: World): Read =>
  async (subjects, signal) => {
    const { leaseMs, states } = await world.read(subjects, signal);
    return { leaseMs, states: states.map(change) };
  };
const throwing =
  (fault: SourceFault, error: (subjects: readonly string[]) => Error) =>
  (world: World): Read =>
  async (subjects, signal) => {
    if (world.fault === fault) throw error(subjects);
    return await world.read(subjects, signal);
  };

/** Which check notices it, and that first of all. */
const rows: readonly (Wrong & { readonly name: string; readonly noticedBy: string })[] = [
  {
    name: 'sorts',
    noticedBy: 'answers in the order asked',
    read: (world) => async (subjects, signal) => await world.read(subjects.toSorted(), signal),
  },
  {
    name: 'answers once for each',
    noticedBy: 'answers each time for somebody who is asked about twice',
    read: (world) => async (subjects, signal) => await world.read([...new Set(subjects)], signal),
  },
  {
    name: 'leaves out whom it does not know',
    noticedBy: 'knows nothing of somebody who is not known',
    read: (world) => async (subjects, signal) => {
      const known = subjects.filter((subject) => world.stateOf(subject).entries.length > 0);
      return await world.read(known.length === 0 ? known : subjects, signal);
    },
  },
  {
    name: 'takes it that everybody uses the service',
    noticedBy: 'knows nothing of somebody who is not known',
    read: changing((state) => ({ ...state, lastServiceUse: Date.now() })),
  },
  {
    name: 'fails where nobody is asked about',
    noticedBy: 'answers about nobody',
    read: (world) => async (subjects, signal) => {
      if (subjects.length === 0) throw new ConsentUnavailableError('nobody');
      return await world.read(subjects, signal);
    },
  },
  {
    name: 'answers for the first thousand',
    noticedBy: 'answers for 1500 subjects',
    read: (world) => async (subjects, signal) => await world.read(subjects.slice(0, 1_000), signal),
  },
  {
    name: 'keeps what it read for a while',
    noticedBy: 'tells what was acknowledged before it was asked',
    read: (world) => {
      const kept = new Map<string, { at: number; answer: ReturnType<Read> }>();
      return async (subjects, signal) => {
        const key = JSON.stringify(subjects);
        const known = kept.get(key);
        if (world.fault === null && known !== undefined && Date.now() - known.at < 20)
          return await known.answer;
        const answer = world.read(subjects, signal);
        kept.set(key, { at: Date.now(), answer });
        return await answer;
      };
    },
  },
  {
    name: 'shares what is under way',
    noticedBy: 'tells what was acknowledged before it was asked',
    read: (world) => {
      const underWay = new Map<string, ReturnType<Read>>();
      return async (subjects, signal) => {
        const key = JSON.stringify(subjects);
        const shared = underWay.get(key);
        if (shared !== undefined && world.fault === null) return await shared;
        // It sees what there is at once and tells later.
        const seen = world.fault === null ? subjects.map(world.stateOf) : null;
        const answer = world
          .read(subjects, signal)
          .then((given) => ({ ...given, states: seen ?? given.states }))
          .finally(() => underWay.delete(key));
        underWay.set(key, answer);
        return await answer;
      };
    },
  },
  {
    name: 'mixes up who asks at the same time',
    noticedBy: 'answers many at the same time, each what they asked',
    read: (world) => {
      let latest: readonly string[] = [];
      return async (subjects, signal) => {
        latest = subjects;
        await new Promise((resolve) => setImmediate(resolve));
        return await world.read(latest.length === subjects.length ? latest : subjects, signal);
      };
    },
  },
  {
    name: 'tells times in seconds',
    noticedBy: 'tells times in milliseconds since the epoch',
    read: changing((state) => ({
      ...state,
      entries: state.entries.map((entry) => ({ ...entry, at: Math.floor(entry.at / 1_000) })),
    })),
  },
  {
    name: 'keeps states in an object',
    noticedBy: 'takes ids that are named like members of objects, or look like another’s place',
    read: (world) => async (subjects, signal) => {
      const { leaseMs, states } = await world.read(subjects, signal);
      const byName: Record<string, ConsentState | undefined> = {};
      for (const state of states) {
        if (state.entries.length > 0) byName[state.subject.replace('user:', '')] = state;
      }
      return {
        leaseMs,
        states: states.map((state) => byName[state.subject.replace('user:', '')] ?? state),
      };
    },
  },
  {
    name: 'never gives up',
    noticedBy: 'gives up after its time',
    read: (world) => async (subjects, signal) =>
      world.fault === 'hang' && world.timeoutMs < 1_000
        ? await new Promise(() => undefined)
        : await world.read(subjects, signal),
  },
  {
    name: 'pays no heed to its signal',
    noticedBy: 'stops when it is told to',
    read: (world) => async (subjects) => await world.read(subjects),
  },
  {
    name: 'leaves open what is under way when it is closed',
    noticedBy: 'ends what is under way when it is closed',
    close: () => async () => await Promise.resolve(),
  },
  {
    name: 'takes silence for no entries',
    noticedBy: 'is unavailable where nothing listens',
    read: answersDespite('down', nothingOf),
  },
  {
    name: 'throws an error of another kind',
    noticedBy: 'is unavailable where nothing listens',
    read: throwing('down', () => new TypeError('fetch failed')),
  },
  {
    name: 'names the subject in its error',
    noticedBy: 'is unavailable where its system says that it failed',
    read: throwing('failing', ([first]) => new ConsentUnavailableError(`no answer about ${first ?? ''}`)),
  },
  {
    name: 'gives up for good once its system is down',
    noticedBy: 'is there again when its system is',
    read: (world) => {
      let broken = false;
      return async (subjects, signal) => {
        broken ||= world.fault === 'down';
        if (broken) throw new ConsentUnavailableError('it was down');
        return await world.read(subjects, signal);
      };
    },
  },
  {
    name: 'takes a failure for no entries',
    noticedBy: 'is unavailable where its system says that it failed',
    read: answersDespite('failing', nothingOf),
  },
  {
    name: 'takes what is malformed for no entries',
    noticedBy: 'is unavailable on an answer that is malformed',
    read: answersDespite('malformed', nothingOf),
  },
  {
    name: 'takes what it got of an answer',
    noticedBy: 'is unavailable on an answer that is cut off',
    read: answersDespite('cut-off', nothingOf),
  },
  {
    name: 'holds answers of any size',
    noticedBy: 'is unavailable on an answer beyond measure',
    read: answersDespite('oversized', (world, subjects) => subjects.map(world.stateOf)),
  },
  {
    name: 'does not look whom an answer is about',
    noticedBy: 'takes no answer about others',
    read: answersDespite('replayed', (world, subjects) => subjects.map(world.stateOf)),
  },
  {
    name: 'gives whoever is left out what another gave',
    noticedBy: 'takes no answer that leaves somebody out',
    read: answersDespite('replayed', (world, subjects) =>
      subjects.map((subject) => ({ ...world.stateOf(subjects.at(-1) ?? ''), subject })),
    ),
  },
];

describe('a source that is right', () => {
  for (const { name, run } of consentSourceConformance(harnessOf({}))) test(name, run);

  test('is tried only with the faults that can be made', () => {
    const all = consentSourceConformance(harnessOf({})).length;
    const some = consentSourceConformance({ ...harnessOf({}), faults: ['down'] });
    expect(some.length).toBeLessThan(all);
    expect(some.map(({ name }) => name)).toContain('is unavailable where nothing listens');
  });
});

describe('a source is found out that', () => {
  test.each(rows)('$name', async ({ noticedBy, ...wrong }) => {
    const check = consentSourceConformance(harnessOf(wrong)).find(({ name }) => name === noticedBy);
    await expect(check?.run()).rejects.toThrow(
      /expected|not well formed|in their order|^The consent source failed\.$|^it was down$/,
    );
  });

  test('by each check there is', () => {
    const noticing = new Set(rows.map(({ noticedBy }) => noticedBy));
    const checks = consentSourceConformance(harnessOf({})).map(({ name }) => name);
    expect(checks.filter((name) => !noticing.has(name))).toEqual([]);
  });
});
