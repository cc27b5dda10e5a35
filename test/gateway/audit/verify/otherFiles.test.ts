import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stampLine } from '../../../../policies/record/recordLine.ts';
import { writeRecord, type WrittenRecord } from './writtenRecord.ts';

// Three starts of one gateway, an hour apart: nine lines each, and a checkpoint of every third.
let record: WrittenRecord;
let a: readonly string[];
let b: readonly string[];
let c: readonly string[];
let checkpoints: readonly string[];
beforeAll(async () => {
  record = await writeRecord([9, 9, 9], [3, 6, 9]);
  [a, b, c] = [record.lines.slice(0, 9), record.lines.slice(9, 18), record.lines.slice(18)];
  checkpoints = (await readFile(record.checkpoints, 'utf8')).trimEnd().split('\n');
});
afterAll(async () => await rm(record.folder, { recursive: true, force: true }));

const CHAIN = 'gw/00000000-0000-4000-8000-000000000000';
const OLD = '2000-01-01T00:00:00.000Z';
const NEW = '2100-01-01T00:00:00.000Z';

/** The beginning of a line, as a write leaves it that broke off. */
const torn = (time: string): string => `{"chain":"${CHAIN}","sequence":1,"previous":"","time":"${time}"`;
/** A line of nobody, with a hash of its own. */
const forged = (time: string): string =>
  stampLine(JSON.stringify({ time, traceId: 'x' }), { chain: CHAIN, sequence: 0, hash: '' }).line;

const B_GONE = 'WRONG checkpoints.jws:6: sequences 1–9 of B: missing: a whole chain that checkpoints name';
const B_TAIL_GONE =
  'WRONG sequences 4–9 of B: missing: the checkpoint checkpoints.jws:6 names the last of them';
const TORN = `note audit.ndjson:19: sequence 1 of ${CHAIN}: a line that broke off; its chain ends before it`;
const FORGED = `note sequence 1 of ${CHAIN}: not proven by a checkpoint`;
const A_ELSEWHERE =
  'note checkpoints.jws:3: sequences 1–9 of A: outside the given files, or missing: a whole chain that checkpoints name';
const FRONT = (sequences: string): string => `note ${sequences}: before the given files, or missing`;

interface Row {
  readonly name: string;
  readonly lines: () => readonly string[];
  /** The first checkpoint that is given. */
  readonly from?: number;
  readonly expected: readonly string[];
}

const DELETED: readonly Row[] = [
  {
    name: 'the first lines of a chain, up to one that a checkpoint names',
    lines: () => [...a, ...b.slice(3), ...c],
    expected: ['WRONG sequences 1–3 of B: missing'],
  },
  {
    name: 'the first lines of a chain, beyond one that a checkpoint names',
    lines: () => [...a, ...b.slice(5), ...c],
    expected: ['WRONG sequences 1–5 of B: missing'],
  },
  {
    // It began within the files: had it begun before them, a checkpoint of that time would say so.
    name: 'the first lines of a chain, before all that checkpoints name',
    lines: () => [...a, ...b.slice(2), ...c],
    expected: ['WRONG sequences 1–2 of B: missing'],
  },
  {
    name: 'the first lines of the last chain',
    lines: () => [...a, ...b, ...c.slice(5)],
    expected: ['WRONG sequences 1–5 of C: missing'],
  },
  {
    name: 'the last lines of a chain',
    lines: () => [...a, ...b.slice(0, 3), ...c],
    expected: [B_TAIL_GONE],
  },
  {
    name: 'the last lines of the first chain',
    lines: () => [...a.slice(0, 5), ...b, ...c],
    expected: [
      'WRONG sequences 6–9 of A: missing: the checkpoint checkpoints.jws:3 names the last of them',
      'note sequences 4–5 of A: not proven by a checkpoint',
    ],
  },
  {
    name: 'all of a chain but one line',
    lines: () => [...a, ...b.slice(4, 5), ...c],
    expected: [
      'WRONG sequences 1–4 of B: missing',
      'WRONG sequences 6–9 of B: missing: the checkpoint checkpoints.jws:6 names the last of them',
      'note sequence 5 of B: not proven by a checkpoint',
    ],
  },
  {
    name: 'all of a chain but the last line that a checkpoint names',
    lines: () => [...a, ...b.slice(8), ...c],
    expected: ['WRONG sequences 1–8 of B: missing'],
  },
  { name: 'a whole chain', lines: () => [...a, ...c], expected: [B_GONE] },
  {
    name: 'a whole chain, and an old torn line added at the end',
    lines: () => [...a, ...c, torn(OLD)],
    expected: [TORN, B_GONE],
  },
  {
    name: 'a whole chain, and a new torn line added at the front',
    lines: () => [torn(NEW), ...a, ...c],
    expected: [TORN.replace(':19:', ':1:'), B_GONE],
  },
  {
    name: 'a whole chain, and a forged old one added at the end',
    lines: () => [...a, ...c, forged(OLD)],
    expected: [FORGED, B_GONE],
  },
  {
    name: 'a whole chain, and a forged new one added at the front',
    lines: () => [forged(NEW), ...a, ...c],
    expected: [FORGED, B_GONE],
  },
  {
    name: 'a whole chain, and a forged one of no time added at the end',
    lines: () => [...a, ...c, forged('soon')],
    expected: [FORGED, B_GONE],
  },
  {
    name: 'the last lines of a chain, and a forged old one added at the end',
    lines: () => [...a, ...b.slice(0, 3), ...c, forged(OLD)],
    expected: [B_TAIL_GONE, FORGED],
  },
  {
    name: 'the first lines of a chain, and a forged new one added at the front',
    lines: () => [forged(NEW), ...a, ...b.slice(5), ...c],
    expected: [FORGED, 'WRONG sequences 1–5 of B: missing'],
  },
  {
    // The files begin so that the first checkpoint of B may name what stands before them, but not the second.
    name: 'lines behind such as were rotated away',
    lines: () => [forged('2026-01-01T00:59:30.000Z'), ...b.slice(7), ...c],
    expected: [FORGED, FRONT('sequences 1–3 of B'), 'WRONG sequences 4–7 of B: missing', A_ELSEWHERE],
  },
  {
    name: 'more than was rotated away with old files',
    lines: () => [...b.slice(1, 2), ...c.slice(4)],
    expected: [
      FRONT('sequence 1 of B'),
      'WRONG sequences 3–9 of B: missing: the checkpoint checkpoints.jws:6 names the last of them',
      'note sequence 2 of B: not proven by a checkpoint',
      'WRONG sequences 1–4 of C: missing',
      A_ELSEWHERE,
    ],
  },
];

const ELSEWHERE: readonly Row[] = [
  { name: 'nothing', lines: () => record.lines, expected: [] },
  {
    name: 'old files that hold a whole chain',
    lines: () => [...b, ...c],
    expected: [A_ELSEWHERE],
  },
  {
    name: 'old files, where the time of a torn line says nothing',
    lines: () => [...b, ...c, torn(OLD)],
    expected: [TORN, A_ELSEWHERE],
  },
  {
    name: 'old files, where the time of a line is none',
    lines: () => [...b, ...c, forged('soon')],
    expected: [FORGED, A_ELSEWHERE],
  },
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((count) => ({
    name: `old files that end with line ${count} of a chain`,
    lines: () => [...a.slice(count), ...b, ...c],
    expected: [FRONT(count === 1 ? 'sequence 1 of A' : `sequences 1–${count} of A`)],
  })),
  ...[3, 4, 5, 6, 7, 8].map((count) => ({
    name: `newer files that begin behind line ${count} of a chain`,
    lines: () => [...a, ...b, ...c.slice(0, count)],
    expected: [
      `note ${count === 8 ? 'sequence 9' : `sequences ${count + 1}–9`} of C: behind the given files, or missing: the checkpoint checkpoints.jws:9 names the last of them`,
      ...(count % 3 === 0
        ? []
        : [
            `note ${count % 3 === 1 ? `sequence ${count}` : `sequences ${count - 1}–${count}`} of C: not proven by a checkpoint`,
          ]),
    ],
  })),
  {
    name: 'all',
    lines: () => [],
    expected: [3, 6, 9].map(
      (at, index) =>
        `note checkpoints.jws:${at}: sequences 1–9 of ${'ABC'[index] ?? ''}: outside the given files, or missing: a whole chain that checkpoints name`,
    ),
  },
  {
    // Whether the chain began before the files, checkpoints that begin later do not tell.
    name: 'old checkpoints, and the first lines of a chain',
    lines: () => [...a, ...b.slice(4), ...c],
    from: 5,
    expected: ['note sequences 1–9 of A: not proven by a checkpoint', FRONT('sequences 1–4 of B')],
  },
];

describe.each([
  { about: 'is told that was deleted within the given files', rows: DELETED },
  { about: 'may stand in files that are not given', rows: ELSEWHERE },
])('with --partial it $about:', ({ rows }) => {
  it.each(rows)('$name', async ({ lines, from = 0, expected }) => {
    await record.put(lines());
    await writeFile(
      record.checkpoints,
      checkpoints
        .slice(from)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect(await record.verify({ otherFiles: 'absent' })).toEqual(expected);
  });
});
