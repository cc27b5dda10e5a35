import { describe, expect, it } from 'vitest';
import { checkHistory } from './checkHistory.ts';
import type { Calm, Effect, History, Promises, Read, Recorded, Violation, Write } from './history.ts';

const USE = 'user:u_1 marketing';

/** `id` is the record's and the tag's; without `answered` nothing is known of the outcome. */
function write(
  effect: Effect,
  id: string,
  invoked: number,
  answered: number | null,
  more: Partial<Write> & { readonly effectiveInMs?: number; readonly recordId?: string } = {},
): Write {
  const { effectiveInMs = 0, recordId = id, ...rest } = more;
  const outcome =
    answered === null
      ? ({ kind: 'unknown' } as const)
      : ({ kind: 'acknowledged', answered, recordId, effectiveInMs } as const);
  return { tag: id, register: USE, effect, by: 'A', invoked, outcome, ...rest };
}

function read(shown: boolean, began: number, ended: number, registers: readonly string[] = [USE]): Read {
  return { began, ended, registers, shown, by: 'A' };
}

/** Events in their order, a millisecond apart. */
function record(...events: readonly (readonly [Effect, string, Partial<Recorded>?])[]): readonly Recorded[] {
  return events.map(([effect, id, more = {}], index) => ({
    recordId: id,
    subject: 'user:u_1',
    register: USE,
    effect,
    tag: id,
    at: 1_000 + index,
    ...more,
  }));
}

/** Grants of a subject each, effective in so many ms. */
function writesAt(
  times: readonly number[],
  effectiveInMs: readonly number[],
): Pick<History, 'writes' | 'record'> {
  const registers = times.map((_, index) => `user:u_${String(index)} marketing`);
  return {
    writes: times.map((time, index) =>
      write('shows', `g${String(index)}`, time, time + 10, {
        register: registers[index] ?? '',
        effectiveInMs: effectiveInMs[index] ?? 0,
      }),
    ),
    record: registers.map((register, index) => ({
      recordId: `g${String(index)}`,
      subject: `user:u_${String(index)}`,
      register,
      effect: 'shows',
      tag: `g${String(index)}`,
      at: 1_000,
    })),
  };
}

interface Case {
  readonly name: string;
  readonly given: Partial<History>;
  readonly promises?: Partial<Promises>;
  readonly expected: readonly Violation['kind'][];
}

const grant = write('shows', 'g', 0, 10);
const withdrawal = write('hides', 'w', 20, 30);
const both = record(['shows', 'g'], ['hides', 'w']);
const calm: Calm = { from: 1_000, until: 20_000 };

const CASES: readonly Case[] = [
  { name: 'nothing at all', given: {}, expected: [] },
  {
    name: 'a value shown between grant and withdrawal',
    given: { writes: [grant, withdrawal], reads: [read(true, 11, 19), read(false, 31, 40)], record: both },
    expected: [],
  },
  {
    name: 'a value shown by a read that began before the withdrawal was answered',
    given: { writes: [grant, withdrawal], reads: [read(true, 30, 500)], record: both },
    expected: [],
  },
  {
    name: 'a value shown by a read that began after the withdrawal was answered',
    given: { writes: [grant, withdrawal], reads: [read(true, 30.1, 40)], record: both },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a value shown within effectiveInMs',
    given: {
      writes: [grant, write('hides', 'w', 20, 30, { effectiveInMs: 4_000 })],
      reads: [read(true, 4_030, 4_040)],
      record: both,
    },
    expected: [],
  },
  {
    name: 'a value shown after effectiveInMs',
    given: {
      writes: [grant, write('hides', 'w', 20, 30, { effectiveInMs: 4_000 })],
      reads: [read(true, 4_031, 4_040)],
      record: both,
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a value hidden although it was granted: never a violation',
    given: { writes: [grant], reads: [read(false, 11, 19)], record: record(['shows', 'g']) },
    expected: [],
  },
  {
    name: 'a value that nobody ever granted',
    given: { reads: [read(true, 1, 2)] },
    expected: ['shown without any grant'],
  },
  {
    name: 'a value shown before its grant was asked for',
    given: {
      writes: [write('shows', 'g', 50, 60)],
      reads: [read(true, 1, 49)],
      record: record(['shows', 'g']),
    },
    expected: ['shown without any grant'],
  },
  {
    name: 'a value that shows without a grant until it is objected to',
    given: {
      writes: [withdrawal],
      reads: [read(true, 1, 2), read(true, 31, 32)],
      record: record(['hides', 'w']),
      initiallyShown: new Set([USE]),
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a later grant that had been asked for before the read ended',
    given: {
      writes: [grant, withdrawal, write('shows', 'h', 50, 60)],
      reads: [read(true, 40, 50)],
      record: [...both, ...record(['shows', 'h', { at: 1_002 }])],
    },
    expected: [],
  },
  {
    name: 'a later grant that was asked for after the read had ended',
    given: {
      writes: [grant, withdrawal, write('shows', 'h', 50, 60)],
      reads: [read(true, 40, 49)],
      record: [...both, ...record(['shows', 'h', { at: 1_002 }])],
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a grant at the same time that came first on record',
    given: {
      writes: [write('shows', 'g', 15, 40), withdrawal],
      reads: [read(true, 41, 42)],
      record: both,
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a grant at the same time that came second on record',
    given: {
      writes: [write('shows', 'g', 15, 40), withdrawal],
      reads: [read(true, 41, 42)],
      record: record(['hides', 'w'], ['shows', 'g']),
    },
    expected: [],
  },
  {
    name: 'a grant that failed and happened late',
    given: {
      writes: [write('shows', 'g', 0, null), withdrawal],
      reads: [read(true, 41, 42)],
      record: record(['hides', 'w'], ['shows', 'g']),
    },
    expected: [],
  },
  {
    name: 'a grant that failed and happened before the withdrawal',
    given: { writes: [write('shows', 'g', 0, null), withdrawal], reads: [read(true, 41, 42)], record: both },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a grant that failed and never happened',
    given: {
      writes: [grant, withdrawal, write('shows', 'h', 35, null)],
      reads: [read(true, 41, 42)],
      record: both,
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a grant that was tried again: it counts from the first attempt',
    given: {
      writes: [grant, withdrawal, write('shows', 'h', 35, null), write('shows', 'h', 60, 70)],
      reads: [read(true, 41, 42)],
      record: [...both, ...record(['shows', 'h', { at: 1_002 }])],
    },
    expected: [],
  },
  {
    name: 'an event without a tag, which any failed grant may have made',
    given: {
      writes: [withdrawal, write('shows', 'x', 35, null)],
      reads: [read(true, 41, 42)],
      record: record(['hides', 'w'], ['shows', 'y', { tag: null }]),
    },
    expected: [],
  },
  {
    name: 'an event without a tag that none can have made before the read ended',
    given: {
      writes: [grant, withdrawal, write('shows', 'y', 50, 60)],
      reads: [read(true, 41, 42)],
      record: [...both, ...record(['shows', 'y', { tag: null, at: 1_002 }])],
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a withdrawal that failed: it forbids nothing',
    given: { writes: [grant, write('hides', 'w', 20, null)], reads: [read(true, 41, 42)], record: both },
    expected: [],
  },
  {
    name: 'an earlier withdrawal, where a later one is not in effect yet',
    given: {
      writes: [grant, withdrawal, write('hides', 'v', 35, 40, { effectiveInMs: 4_000 })],
      reads: [read(true, 45, 50)],
      record: [...both, ...record(['hides', 'v', { at: 1_002 }])],
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a suspension, of a value that is granted',
    given: {
      writes: [grant, { ...withdrawal, register: 'user:u_1 use' }],
      reads: [read(true, 31, 40, [USE, 'user:u_1 use'])],
      record: record(['shows', 'g'], ['hides', 'w', { register: 'user:u_1 use' }]),
      initiallyShown: new Set(['user:u_1 use']),
    },
    expected: ['shown after withdrawal'],
  },
  {
    name: 'a withdrawal of another purpose',
    given: {
      writes: [grant, { ...withdrawal, register: 'user:u_1 survey' }],
      reads: [read(true, 31, 40)],
      record: record(['shows', 'g'], ['hides', 'w', { register: 'user:u_1 survey' }]),
    },
    expected: [],
  },
  {
    name: 'a withdrawal that is lost, and the value shown',
    given: { writes: [grant, withdrawal], reads: [read(true, 31, 40)], record: record(['shows', 'g']) },
    expected: ['shown after withdrawal', 'lost write'],
  },
  {
    name: 'a grant that is lost',
    given: { writes: [grant], record: [] },
    expected: ['lost write'],
  },
  {
    name: 'a write that changed nothing and names the record that says it',
    given: {
      writes: [grant, withdrawal, write('hides', 'v', 40, 50, { recordId: 'w' })],
      reads: [read(false, 51, 52)],
      record: both,
    },
    expected: [],
  },
  {
    name: 'a write that changed nothing and names a record that was overridden',
    given: {
      writes: [
        write('hides', 'w', 0, 5),
        write('shows', 'g', 10, 15),
        write('hides', 'v', 40, 50, { recordId: 'w' }),
      ],
      record: record(['hides', 'w'], ['shows', 'g']),
    },
    expected: ['wrong answer to a write'],
  },
  {
    name: 'a write whose record says something else',
    given: { writes: [grant], record: record(['hides', 'g']) },
    expected: ['wrong answer to a write'],
  },
  {
    name: 'events of one subject at the same time',
    given: { record: record(['shows', 'g'], ['hides', 'w', { at: 1_000 }]) },
    expected: ['record out of order'],
  },
  {
    name: 'events of two subjects at the same time',
    given: { record: record(['shows', 'g'], ['hides', 'w', { at: 1_000, subject: 'user:u_2' }]) },
    expected: [],
  },
  {
    name: 'a value shown long after the fault was over',
    given: {
      writes: [grant, write('hides', 'w', 20, 30, { effectiveInMs: 60_000 })],
      reads: [read(true, 6_001, 6_010)],
      record: both,
      calms: [calm],
    },
    promises: { settledInMs: 5_000 },
    expected: ['shown long after the fault was over'],
  },
  {
    name: 'a value shown soon after the fault was over',
    given: {
      writes: [grant, write('hides', 'w', 20, 30, { effectiveInMs: 60_000 })],
      reads: [read(true, 5_999, 6_010)],
      record: both,
      calms: [calm],
    },
    promises: { settledInMs: 5_000 },
    expected: [],
  },
  {
    name: 'a calm that was too short to settle in',
    given: {
      writes: [grant, write('hides', 'w', 20, 30, { effectiveInMs: 60_000 })],
      reads: [read(true, 9_000, 9_001)],
      record: both,
      calms: [{ from: 1_000, until: 5_000 }],
    },
    promises: { settledInMs: 5_000 },
    expected: [],
  },
  {
    name: 'writes in a calm that were not effective at once',
    given: { ...writesAt([7_000, 8_000, 9_000], [4_000, 4_000, 4_000]), calms: [calm] },
    promises: { atOnceAgainInMs: 5_000 },
    expected: ['not effective at once again'],
  },
  {
    name: 'writes in a calm, one of which was not effective at once',
    given: { ...writesAt([7_000, 8_000, 9_000], [0, 4_000, 0]), calms: [calm] },
    promises: { atOnceAgainInMs: 5_000 },
    expected: [],
  },
  {
    name: 'writes right after a fault that were not effective at once',
    given: { ...writesAt([3_000, 3_100, 3_200], [4_000, 4_000, 4_000]), calms: [calm] },
    promises: { atOnceAgainInMs: 5_000 },
    expected: [],
  },
];

describe('checkHistory', () => {
  it.each(CASES)('$name', ({ given, promises = {}, expected }) => {
    const history = {
      writes: [],
      reads: [],
      record: [],
      calms: [],
      initiallyShown: new Set<string>(),
      ...given,
    };
    const found = checkHistory(history, { settledInMs: null, atOnceAgainInMs: null, ...promises });
    expect(found.violations.map(({ kind }) => kind)).toEqual(expected);
  });

  it('counts what was read after it had been taken away', () => {
    const history = {
      writes: [grant, withdrawal],
      reads: [read(true, 11, 19), read(false, 25, 40), read(false, 31, 40), read(false, 50, 60)],
      record: both,
      calms: [],
      initiallyShown: new Set<string>(),
    };
    const { bound } = checkHistory(history, { settledInMs: null, atOnceAgainInMs: null });
    expect(bound).toBe(2);
  });
});
