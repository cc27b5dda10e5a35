import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSharedReads, type ReadStates } from '../../../policies/consent/sharedReads.ts';
import { ConsentUnavailableError } from '../../../policies/consent/source/source.ts';
import type { ConsentState } from '../../../policies/consent/state.ts';

const PATIENCE_MS = 500;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A call that has reached the source. */
interface SourceRead {
  readonly subjects: readonly string[];
  readonly sentAt: number;
  readonly sentMs: number;
  endedMs: number | null;
  readonly answer: () => void;
  readonly fail: () => void;
}

/** A source whose answers tell when they were asked for, by the count of what has happened so far. */
function scriptedSource() {
  const reads: SourceRead[] = [];
  let happened = 0;
  const now = (): number => (happened += 1);
  const read: ReadStates = async (subjects) => {
    const sentAt = now();
    return await new Promise<readonly ConsentState[]>((resolve, reject) => {
      const end = (settle: () => void): void => {
        record.endedMs ??= Date.now();
        settle();
      };
      const record: SourceRead = {
        subjects,
        sentAt,
        sentMs: Date.now(),
        endedMs: null,
        answer: () => end(() => resolve(subjects.map((subject) => stateOf(subject, sentAt)))),
        fail: () => end(() => reject(new ConsentUnavailableError(`read ${sentAt} failed`))),
      };
      reads.push(record);
    });
  };
  const underWay = (): readonly SourceRead[] => reads.filter(({ endedMs }) => endedMs === null);
  return { reads, read, now, underWay };
}

function stateOf(subject: string, lastServiceUse: number): ConsentState {
  return { subject, suspended: false, lastServiceUse, collectionMethods: [], entries: [], reference: null };
}

/** Lets what is due in this turn of the event loop happen. */
const turn = async (): Promise<unknown> => await vi.advanceTimersByTimeAsync(1);

describe('who asks about a subject that is being read', () => {
  test('shares the next read, which is sent when the one under way has ended', async () => {
    const source = scriptedSource();
    const read = createSharedReads(source.read);
    const first = read(['a']);
    await turn();
    const later = Array.from({ length: 10_000 }, async () => await read(['a']));
    await turn();
    expect(source.reads).toHaveLength(1);
    source.reads[0]?.answer();
    expect(await first).toEqual([stateOf('a', 1)]);
    await turn();
    source.reads[1]?.answer();
    expect(new Set((await Promise.all(later)).map(([state]) => state?.lastServiceUse))).toEqual(new Set([2]));
    expect(source.reads.map(({ subjects }) => subjects)).toEqual([['a'], ['a']]);
  });

  test('is held up by one that hangs for no longer than the patience', async () => {
    const source = scriptedSource();
    const read = createSharedReads(source.read);
    const hung = read(['a']);
    await turn();
    const second = read(['a']);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 2);
    expect(source.reads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3);
    source.reads[1]?.answer();
    expect(await second).toEqual([stateOf('a', 2)]);
    // The late answer still serves those who asked for it, and nobody else.
    const third = read(['a']);
    await turn();
    source.reads[0]?.answer();
    source.reads[2]?.answer();
    expect([await hung, await third]).toEqual([[stateOf('a', 1)], [stateOf('a', 3)]]);
  });

  test('fails with that read alone', async () => {
    const source = scriptedSource();
    const read = createSharedReads(source.read);
    const first = Promise.allSettled([read(['a']), read(['a', 'b'])]);
    const other = read(['c'.repeat(3)]);
    await turn();
    const second = read(['b']);
    source.reads[0]?.fail();
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(other).rejects.toThrow('read 1 failed');
    await turn();
    source.reads[1]?.answer();
    expect(await second).toEqual([stateOf('b', 2)]);
  });

  test('waits for that subject alone', async () => {
    const source = scriptedSource();
    const read = createSharedReads(source.read);
    const first = read(['a', 'b']);
    await turn();
    const second = read(['c', 'b', 'c', 'd']);
    await turn();
    source.reads[1]?.answer();
    source.reads[0]?.answer();
    await turn();
    source.reads[2]?.answer();
    expect(source.reads.map(({ subjects }) => subjects)).toEqual([['a', 'b'], ['c', 'd'], ['b']]);
    expect(await first).toEqual([stateOf('a', 1), stateOf('b', 1)]);
    expect(await second).toEqual([stateOf('c', 2), stateOf('b', 3), stateOf('c', 2), stateOf('d', 2)]);
  });
});

describe('callers of one turn', () => {
  test('go out in one call', async () => {
    const source = scriptedSource();
    const read = createSharedReads(source.read);
    const both = Promise.all([read(['b', 'a']), read(['c', 'a']), read([])]);
    await turn();
    source.reads[0]?.answer();
    expect(await both).toEqual([[stateOf('b', 1), stateOf('a', 1)], [stateOf('c', 1), stateOf('a', 1)], []]);
    expect(source.reads.map(({ subjects }) => subjects)).toEqual([['b', 'a', 'c']]);
  });

  test('who waited behind different reads go out in one call too', async () => {
    const source = scriptedSource();
    const read = createSharedReads(source.read);
    const first = [read(['a'])];
    await turn();
    first.push(read(['b']));
    await turn();
    const second = Promise.all([read(['a']), read(['b'])]);
    await turn();
    for (const each of source.reads) each.answer();
    await Promise.all(first);
    await turn();
    source.reads[2]?.answer();
    await second;
    expect(source.reads.map(({ subjects }) => subjects)).toEqual([['a'], ['b'], ['a', 'b']]);
  });

  test('are parted where together they are too many, each staying whole', async () => {
    const source = scriptedSource();
    const read = createSharedReads(source.read, { maxSubjects: 3 });
    const all = Promise.all([read(['a', 'b']), read(['c', 'd']), read(['e', 'f', 'g', 'h']), read(['i'])]);
    await turn();
    const again = Promise.all([read(['a']), read(['b'])]);
    for (const each of source.underWay()) each.answer();
    await all;
    await turn();
    for (const each of source.underWay()) each.answer();
    await again;
    expect(source.reads.map(({ subjects }) => subjects)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f', 'g', 'h'],
      ['i'],
      ['a', 'b'],
    ]);
  });
});

test.each([
  { name: 'too few states', states: [stateOf('a', 1)] },
  { name: 'too many states', states: [stateOf('a', 1), stateOf('b', 1), stateOf('c', 1)] },
  { name: 'another order', states: [stateOf('b', 1), stateOf('a', 1)] },
  { name: 'another subject', states: [stateOf('a', 1), stateOf('c', 1)] },
])('refuses an answer with $name', async ({ states }) => {
  const read = createSharedReads(async () => states);
  const asked = expect(read(['a', 'b'])).rejects.toBeInstanceOf(ConsentUnavailableError);
  await turn();
  await asked;
});

test('takes a source that throws at once for one that fails', async () => {
  const read = createSharedReads(() => {
    throw new Error('down');
  });
  const asked = expect(read(['a'])).rejects.toThrow('down');
  await turn();
  await asked;
});

const SUBJECTS = ['a', 'b', 'c', '__proto__'];

type Step =
  | { readonly do: 'ask'; readonly subjects: readonly string[] }
  | { readonly do: 'answer' | 'fail'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      subjects: fc.array(fc.constantFrom(...SUBJECTS), { maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('answer' as const, 'fail' as const), which: fc.nat(9) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 1, 200, 600) }),
  },
);

interface Asked {
  readonly subjects: readonly string[];
  readonly askedAt: number;
  outcome: { readonly states: readonly ConsentState[] } | { readonly error: unknown } | null;
}

test('whoever asks is told what a read found that is never older than the call, by as few reads as can be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const source = scriptedSource();
      const read = createSharedReads(source.read, { patienceMs: PATIENCE_MS });
      const calls: Asked[] = [];

      const ask = (subjects: readonly string[]): void => {
        const call: Asked = { subjects, askedAt: source.now(), outcome: null };
        calls.push(call);
        read(subjects).then(
          (states) => (call.outcome = { states }),
          (error: unknown) => (call.outcome = { error }),
        );
      };

      for (const each of steps) {
        if (each.do === 'ask') ask(each.subjects);
        else if (each.do === 'wait') await vi.advanceTimersByTimeAsync(each.ms);
        else source.underWay()[each.which % Math.max(1, source.underWay().length)]?.[each.do]();
      }
      while (calls.some(({ outcome }) => outcome === null)) {
        await turn();
        for (const each of source.underWay()) each.answer();
        await turn();
      }

      for (const { subjects, askedAt, outcome } of calls) {
        if (outcome !== null && 'states' in outcome) {
          expect(outcome.states.map(({ subject }) => subject)).toEqual(subjects);
          for (const { lastServiceUse } of outcome.states) {
            expect(lastServiceUse).toBeGreaterThan(askedAt);
          }
        } else {
          const sentAt = Number(/read (\d+) failed/.exec(String(outcome?.error))?.[1]);
          const shared = source.reads.find((each) => each.sentAt === sentAt);
          expect(subjects.some((subject) => shared?.subjects.includes(subject))).toBe(true);
          expect(sentAt).toBeGreaterThan(askedAt);
        }
      }
      for (const subject of SUBJECTS) {
        const about = source.reads.filter(({ subjects }) => subjects.includes(subject));
        const asks = calls.filter(({ subjects }) => subjects.includes(subject));
        expect(about.length).toBeLessThanOrEqual(asks.length);
        about.forEach(({ sentMs }, index) => {
          const before = about[index - 1];
          if (before === undefined) return;
          const outlived = sentMs - before.sentMs >= PATIENCE_MS;
          expect(outlived || (before.endedMs !== null && before.endedMs <= sentMs)).toBe(true);
        });
      }
      expect(source.reads.every(({ subjects }) => new Set(subjects).size === subjects.length)).toBe(true);
    }),
    { numRuns: 400 },
  );
});
