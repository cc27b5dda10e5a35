import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehashed, writeRecord, type WrittenRecord } from './writtenRecord.ts';

// Chain A has eight lines and checkpoints of its third and sixth; chain B has three, and a checkpoint of its last.
let record: WrittenRecord;
let lines: readonly string[];
beforeAll(async () => {
  record = await writeRecord([8, 3], [3, 6]);
  lines = record.lines;
});
afterAll(async () => await rm(record.folder, { recursive: true, force: true }));

type Content = readonly (string | Buffer)[] | Buffer;
const line = (sequence: number): string => lines[sequence - 1] ?? '';
const bytes = (): Buffer => Buffer.from(`${lines.join('\n')}\n`);

/** One bit is another, in the first byte of a text within a line. */
const bitOf = (sequence: number, text: string): Content => {
  const altered = Buffer.from(line(sequence));
  const at = altered.indexOf(text);
  expect(at).toBeGreaterThanOrEqual(0);
  altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
  return [...lines.slice(0, sequence - 1), altered, ...lines.slice(sequence)];
};

/** The byte behind a line is another. */
const lineEnd = (sequence: number, byte: number): Buffer => {
  const altered = bytes();
  altered.writeUInt8(byte, Buffer.byteLength(lines.slice(0, sequence).join('\n')));
  return altered;
};

const replaced = (sequence: number, text: string, by: string): Content =>
  lines.with(sequence - 1, line(sequence).replace(text, by));

const forged = (): string[] => rehashed(lines.slice(0, 8), 4, (event) => event.replace('desk', 'nobody'));

const ALTERED = 'altered: its hash is not that of its text';
/** Lines of A behind its last checkpoint. */
const TAIL = 'note sequences 7–8 of A: not proven by a checkpoint';
/** And those before what is wrong with its fifth, since its first checkpoint. */
const AROUND_5 = ['note sequences 4–5 of A: not proven by a checkpoint', TAIL];

interface Row {
  readonly name: string;
  readonly given: () => Content;
  readonly expected: readonly string[];
}

const ALTERATIONS: readonly Row[] = [
  { name: 'nothing', given: () => lines, expected: [TAIL] },
  ...(
    [
      ['a value', () => bitOf(5, 'desk')],
      ['a character of several bytes', () => bitOf(5, '簾')],
      ['its hash', () => bitOf(5, line(5).slice(-45))],
      ['the hash of the line before it', () => bitOf(5, line(4).slice(-45, -2))],
      ['its chain', () => bitOf(5, line(5).slice(13, 40))],
      ['its sequence, to a later one', () => replaced(5, '"sequence":5', '"sequence":7')],
      ['its sequence, to one that was', () => replaced(5, '"sequence":5', '"sequence":1')],
      ['its sequence, to one far away', () => replaced(5, '"sequence":5', '"sequence":500')],
      ['the word before its chain', () => bitOf(5, 'chain')],
      ['the word before its sequence', () => bitOf(5, 'sequence')],
      ['the word before its hash', () => bitOf(5, 'hash":')],
      ['its first byte', () => bitOf(5, '{')],
      ['its time', () => bitOf(5, '2026-01-01')],
      ['a space at its end', () => replaced(5, line(5), `${line(5)} `)],
      ['a carriage return at its end', () => replaced(5, line(5), `${line(5)}\r`)],
    ] as const
  ).map(([name, given]) => ({
    name,
    given,
    expected: [`WRONG audit.ndjson:5: sequence 5 of A: ${ALTERED}`, ...AROUND_5],
  })),
  {
    name: 'a value of the first line',
    given: () => bitOf(1, 'desk'),
    expected: [`WRONG audit.ndjson:1: sequence 1 of A: ${ALTERED}`, TAIL],
  },
  {
    name: 'the chain of the first line',
    given: () => bitOf(1, line(1).slice(13, 40)),
    expected: [`WRONG audit.ndjson:1: sequence 1 of A: ${ALTERED}`, TAIL],
  },
  {
    name: 'the hash of the first line, to another',
    given: () =>
      replaced(1, line(1).slice(-45), `${line(1).at(-45) === 'A' ? 'B' : 'A'}${line(1).slice(-44)}`),
    expected: [`WRONG audit.ndjson:1: sequence 1 of A: ${ALTERED}`, TAIL],
  },
  {
    name: 'the hash of the first line, to none',
    given: () => replaced(1, line(1).slice(-45), `@${line(1).slice(-44)}`),
    expected: [
      `WRONG audit.ndjson:1: sequence 1 of A: ${ALTERED}`,
      'note sequence 1 of A: not proven by a checkpoint',
      TAIL,
    ],
  },
  {
    name: 'a value of the last line, which no checkpoint reaches',
    given: () => bitOf(8, 'desk'),
    expected: [`WRONG audit.ndjson:8: sequence 8 of A: ${ALTERED}`, TAIL],
  },
  {
    name: 'a value of the line that a checkpoint names',
    given: () => bitOf(6, 'desk'),
    expected: [
      `WRONG audit.ndjson:6: sequence 6 of A: ${ALTERED}`,
      'WRONG audit.ndjson:6: sequences 4–6 of A: the checkpoint checkpoints.jws:2 names another line as sequence 6: this one, or one before it, was altered',
      'note sequences 4–8 of A: not proven by a checkpoint',
    ],
  },
  {
    name: 'the line end of a line',
    given: () => lineEnd(5, 0x20),
    expected: [
      `WRONG audit.ndjson:5: sequence 5 of A: ${ALTERED}`,
      'WRONG sequence 6 of A: missing',
      'note sequences 4–8 of A: not proven by a checkpoint',
    ],
  },
  {
    name: 'a byte into a line end',
    given: () => Buffer.from(bytes().toString().replace('1.5', '1\n5')),
    expected: [
      `WRONG audit.ndjson:5: sequence 5 of A: ${ALTERED}`,
      ...AROUND_5,
      `WRONG audit.ndjson:6: ${ALTERED}, and it does not fit where it says it stands`,
    ],
  },
  {
    name: 'the last line end',
    given: () => lineEnd(11, 0x20),
    expected: [
      TAIL,
      'note audit.ndjson:11: sequence 3 of B: a line that broke off; its chain ends before it',
      'WRONG sequence 3 of B: missing: the checkpoint checkpoints.jws:3 names the last of them',
      'note sequences 1–2 of B: not proven by a checkpoint',
    ],
  },
];

const MOVES: readonly Row[] = [
  {
    name: 'the first line removed',
    given: () => lines.slice(1),
    expected: ['WRONG sequence 1 of A: missing', TAIL],
  },
  {
    name: 'one from the middle removed',
    given: () => lines.toSpliced(4, 1),
    expected: ['WRONG sequence 5 of A: missing', ...AROUND_5],
  },
  {
    name: 'several removed',
    given: () => lines.toSpliced(3, 2),
    expected: ['WRONG sequences 4–5 of A: missing', ...AROUND_5],
  },
  {
    name: 'the last one before a checkpoint removed, and all behind it',
    given: () => lines.toSpliced(5, 3),
    expected: [
      'WRONG sequence 6 of A: missing: the checkpoint checkpoints.jws:2 names the last of them',
      'note sequences 4–5 of A: not proven by a checkpoint',
    ],
  },
  {
    // What the last checkpoint does not reach is not proven, neither that it is there nor that there was no more.
    name: 'the last one behind a checkpoint removed',
    given: () => lines.toSpliced(7, 1),
    expected: ['note sequence 7 of A: not proven by a checkpoint'],
  },
  {
    name: 'two swapped',
    given: () => [...lines.slice(0, 3), line(5), line(4), ...lines.slice(5)],
    expected: [
      'WRONG audit.ndjson:5: sequence 4 of A: moved: it stands behind sequence 5 (audit.ndjson:4)',
      TAIL,
    ],
  },
  {
    name: 'the first two swapped',
    given: () => [line(2), line(1), ...lines.slice(2)],
    expected: [
      'WRONG audit.ndjson:2: sequence 1 of A: moved: it stands behind sequence 2 (audit.ndjson:1)',
      TAIL,
    ],
  },
  {
    name: 'one moved far away',
    given: () => [...lines.toSpliced(2, 1), line(3)],
    expected: [
      'WRONG audit.ndjson:11: sequence 3 of A: moved: it stands behind sequence 8 (audit.ndjson:7)',
      TAIL,
    ],
  },
  {
    name: 'one repeated behind itself',
    given: () => lines.toSpliced(5, 0, line(5)),
    expected: [
      'WRONG audit.ndjson:6: sequence 5 of A: repeated or inserted: a line with this sequence stands elsewhere',
      TAIL,
    ],
  },
  {
    name: 'one repeated far away',
    given: () => [...lines, line(2)],
    expected: [
      'WRONG audit.ndjson:12: sequence 2 of A: repeated or inserted: a line with this sequence stands elsewhere',
      TAIL,
    ],
  },
  {
    name: 'one inserted, with a hash of its own, before the one whose place it takes',
    given: () => lines.toSpliced(4, 0, forged()[4] ?? ''),
    expected: [
      'WRONG audit.ndjson:5: sequence 5 of A: repeated or inserted: a line with this sequence stands elsewhere',
      TAIL,
    ],
  },
  {
    name: 'one inserted that is no record',
    given: () => lines.toSpliced(4, 0, 'taro was here'),
    expected: ['WRONG audit.ndjson:5: bytes that are no record', TAIL],
  },
  {
    name: 'an empty one inserted',
    given: () => lines.toSpliced(4, 0, ''),
    expected: ['note audit.ndjson:5: an empty line', TAIL],
  },
  {
    name: 'an empty one added at the end, as some editors do',
    given: () => [...lines, ''],
    expected: ['note audit.ndjson:12: an empty line', TAIL],
  },
  {
    name: 'a blank one inserted that is not empty',
    given: () => lines.toSpliced(4, 0, ' '),
    expected: ['WRONG audit.ndjson:5: bytes that are no record', TAIL],
  },
  {
    name: 'one emptied',
    given: () => lines.with(4, ''),
    expected: ['note audit.ndjson:5: an empty line', 'WRONG sequence 5 of A: missing', ...AROUND_5],
  },
  {
    name: 'a whole chain removed',
    given: () => lines.slice(8),
    expected: ['WRONG checkpoints.jws:2: sequences 1–6 of A: missing: a whole chain that checkpoints name'],
  },
  {
    name: 'all removed',
    given: () => [],
    expected: [
      'WRONG checkpoints.jws:2: sequences 1–6 of A: missing: a whole chain that checkpoints name',
      'WRONG checkpoints.jws:3: sequences 1–3 of B: missing: a whole chain that checkpoints name',
    ],
  },
  {
    name: 'the file cut off within a line',
    given: () => bytes().subarray(0, Buffer.byteLength(lines.slice(0, 5).join('\n')) - 20),
    expected: [
      'note audit.ndjson:5: sequence 5 of A: a line that broke off; its chain ends before it',
      'WRONG sequences 5–6 of A: missing: the checkpoint checkpoints.jws:2 names the last of them',
      'note sequence 4 of A: not proven by a checkpoint',
      'WRONG checkpoints.jws:3: sequences 1–3 of B: missing: a whole chain that checkpoints name',
    ],
  },
  {
    name: 'a line that broke off at the end of its chain, which ends there',
    given: () => lines.with(7, line(8).slice(0, 300)),
    expected: [
      'note audit.ndjson:8: sequence 8 of A: a line that broke off; its chain ends before it',
      'note sequence 7 of A: not proven by a checkpoint',
    ],
  },
  {
    name: 'a line that broke off before it said where it belongs',
    given: () => lines.toSpliced(8, 0, line(8).slice(0, 40), '{"ch'),
    expected: [
      'note audit.ndjson:9: the beginning of a line that broke off',
      'note audit.ndjson:10: the beginning of a line that broke off',
      TAIL,
    ],
  },
  {
    name: 'a line cut short in the middle of its chain',
    given: () => lines.with(4, line(5).slice(0, 300)),
    expected: [`WRONG audit.ndjson:5: sequence 5 of A: ${ALTERED}`, ...AROUND_5],
  },
];

const FORGERIES: readonly Row[] = [
  {
    name: 'one line with its own hash',
    given: () => lines.with(4, forged()[4] ?? ''),
    expected: [
      'WRONG audit.ndjson:5: sequences 5–6 of A: altered or replaced: the line behind it, audit.ndjson:6, names another as before it',
      ...AROUND_5,
    ],
  },
  {
    name: 'all lines behind it with their hashes',
    given: () => [...forged(), ...lines.slice(8)],
    expected: [
      'WRONG audit.ndjson:6: sequences 4–6 of A: the checkpoint checkpoints.jws:2 names another line as sequence 6: this one, or one before it, was altered',
      'note sequences 4–8 of A: not proven by a checkpoint',
    ],
  },
  {
    name: 'all lines behind one that was taken away, numbered anew',
    given: () => {
      const [first = '', ...rest] = rehashed(lines.slice(0, 8).toSpliced(1, 1), 1, (event) => event);
      return [first, ...rest, ...lines.slice(8)];
    },
    expected: [
      'WRONG audit.ndjson:3: sequences 1–3 of A: the checkpoint checkpoints.jws:1 names another line as sequence 3: this one, or one before it, was altered',
      'WRONG audit.ndjson:6: sequences 1–6 of A: the checkpoint checkpoints.jws:2 names another line as sequence 6: this one, or one before it, was altered',
      'note sequences 1–7 of A: not proven by a checkpoint',
    ],
  },
];

describe.each([
  { about: 'is altered', rows: ALTERATIONS },
  { about: 'stands elsewhere or nowhere', rows: MOVES },
  { about: 'is made anew by one who cannot sign', rows: FORGERIES },
])('what $about is told', ({ rows }) => {
  it.each(rows)('$name', async ({ given, expected }) => {
    const content = given();
    await (Buffer.isBuffer(content) ? record.putBytes(content) : record.put(content));
    expect(await record.verify()).toEqual(expected);
  });
});

describe('a byte, whichever it is,', () => {
  it('is not altered unseen', async () => {
    const all = bytes();
    const reach = Buffer.byteLength(lines.slice(0, 6).join('\n'));
    for (let at = 0; at < reach; at += 23) {
      const altered = Buffer.from(all);
      altered.writeUInt8(altered.readUInt8(at) ^ (1 << (at % 8)), at);
      await record.putBytes(altered);
      const found = await record.verify();
      const number = all.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
      // A byte that became a line end makes two lines of one.
      const told = new RegExp(`^WRONG audit.ndjson:(?:${number}|${number + 1}):`);
      expect(
        found.some((each) => told.test(each)),
        `byte ${at} of ${all.toString()}`,
      ).toBe(true);
    }
  });
});

/** Two files with these lines. */
const split = async (first: readonly string[], second: readonly string[]): Promise<readonly string[]> => {
  const [a, b] = [join(record.folder, 'a'), join(record.folder, 'b')];
  await writeFile(a, first.map((each) => `${each}\n`).join(''));
  await writeFile(b, second.map((each) => `${each}\n`).join(''));
  return [a, b];
};

describe('several files', () => {
  it('are one record', async () => {
    const files = await split(lines.slice(0, 5), lines.slice(5));
    expect(await record.verify({ files })).toEqual([TAIL]);
  });

  it('in another order are another', async () => {
    const files = await split(lines.slice(0, 5), lines.slice(5));
    const found = await record.verify({ files: files.toReversed() });
    expect(found).toContain('WRONG a:1: sequence 1 of A: moved: it stands behind sequence 8 (b:3)');
  });

  it('of which some are not given lack what may stand there, and no more', async () => {
    const [, second = ''] = await split(lines.slice(0, 4), lines.slice(4));
    expect(await record.verify({ files: [second] })).toEqual(['WRONG sequences 1–4 of A: missing', TAIL]);
    expect(await record.verify({ files: [second], otherFiles: 'absent' })).toEqual([
      'note sequences 1–4 of A: before the given files, or missing',
      TAIL,
    ]);
    const [first = ''] = await split(lines.slice(0, 4), []);
    expect(await record.verify({ files: [first], otherFiles: 'absent' })).toEqual([
      'note sequences 5–6 of A: behind the given files, or missing: the checkpoint checkpoints.jws:2 names the last of them',
      'note sequence 4 of A: not proven by a checkpoint',
      'note checkpoints.jws:3: sequences 1–3 of B: outside the given files, or missing: a whole chain that checkpoints name',
    ]);
    const [holed = ''] = await split(lines.toSpliced(4, 1), []);
    expect(await record.verify({ files: [holed], otherFiles: 'absent' })).toContain(
      'WRONG sequence 5 of A: missing',
    );
  });

  it('that are not there are named', async () => {
    await expect(record.verify({ files: [join(record.folder, 'none')] })).rejects.toThrow(
      /none: expected .*ENOENT/,
    );
  });
});

describe('without checkpoints', () => {
  it('chains alone are checked', async () => {
    await record.put(lines);
    expect(await record.verify({ without: 'checkpoints' })).toEqual([]);
    await record.put(lines.toSpliced(4, 1));
    expect(await record.verify({ without: 'checkpoints' })).toEqual(['WRONG sequence 5 of A: missing']);
  });

  it('lines made anew are not seen, which is what checkpoints are for', async () => {
    await record.put([...forged(), ...lines.slice(8)]);
    expect(await record.verify({ without: 'checkpoints' })).toEqual([]);
  });
});

describe('findings', () => {
  it('are listed up to a thousand, and counted beyond', async () => {
    await record.put([...lines, ...Array.from({ length: 1_200 }, () => 'x')]);
    expect((await record.verify()).length).toBe(1_000);
  });
});

describe('checkpoints', () => {
  it('that were altered prove nothing', async () => {
    await record.put(lines);
    const text = await readFile(record.checkpoints, 'utf8');
    try {
      await writeFile(record.checkpoints, text.replace('.', 'A.'));
      expect(await record.verify()).toEqual([
        'WRONG checkpoints.jws:1: no checkpoint that the given key signed',
        TAIL,
      ]);
      await writeFile(record.checkpoints, text);
      await appendFile(record.checkpoints, text.slice(0, 300));
      expect(await record.verify()).toEqual([
        'note checkpoints.jws:4: the beginning of a checkpoint that broke off',
        TAIL,
      ]);
      await writeFile(record.checkpoints, text);
      await appendFile(record.checkpoints, 'nothing\n');
      expect(await record.verify()).toEqual([
        'WRONG checkpoints.jws:4: no checkpoint that the given key signed',
        TAIL,
      ]);
    } finally {
      await writeFile(record.checkpoints, text);
    }
  });
});
