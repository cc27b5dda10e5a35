import { describe, expect, it } from 'vitest';
import type { AuditSink } from '../../../gateway/audit/auditSink.ts';
import { createRecordWriter, type RecordWriterOptions } from '../../../gateway/audit/recordWriter.ts';
import { trueHash, type ChainHead } from '../../../policies/record/recordLine.ts';

/** A busy machine takes its time. */
const PATIENT = { timeout: 20_000, interval: 20 };

interface Stamped {
  readonly chain: string;
  readonly sequence: number;
  readonly previous: string;
  readonly hash: string;
  readonly n: number;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the writer stamped around { n }
const read = (line: string): Stamped => JSON.parse(line) as Stamped;
const event = (n: number): string => JSON.stringify({ n });

/** A sink that settles when told to; `told` is asked by group. */
const heldSink = () => {
  const groups: (readonly string[])[] = [];
  const settle: { keep: () => void; fail: () => void }[] = [];
  const sink: AuditSink = {
    append: async (lines) => {
      groups.push(lines);
      await new Promise<void>((keep, reject) => {
        settle.push({ keep, fail: () => reject(new Error('disk full')) });
      });
    },
  };
  return { sink, groups, settle };
};

const tick = async (): Promise<void> => await new Promise((next) => setImmediate(next));

const writerOf = (sink: AuditSink, more: Partial<RecordWriterOptions> = {}) => {
  const kept: string[] = [];
  const heads: ChainHead[] = [];
  const losses: number[] = [];
  const writer = createRecordWriter({
    sink,
    writer: 'gw',
    flushMs: 20,
    onKept: (lines, head) => {
      kept.push(...lines);
      heads.push(head);
    },
    onLost: (count) => void losses.push(count),
    ...more,
  });
  return { writer, kept, heads, losses };
};

const quietSink = (): AuditSink & { readonly lines: string[] } => {
  const lines: string[] = [];
  return { lines, append: async (added) => await Promise.resolve(void lines.push(...added)) };
};

describe('the writer', () => {
  it('keeps events that come meanwhile together, in one chain', async () => {
    const { sink, groups, settle } = heldSink();
    const { writer, heads } = writerOf(sink);
    const writing = [1, 2, 3, 4].map(async (n) => await writer.write(event(n)));
    expect(groups.map((lines) => lines.length)).toEqual([1]);
    settle[0]?.keep();
    await tick();
    expect(groups.map((lines) => lines.length)).toEqual([1, 3]);
    settle[1]?.keep();
    await Promise.all(writing);
    const lines = groups.flat().map(read);
    expect(lines.map(({ sequence, n }) => [sequence, n])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(new Set(lines.map(({ chain }) => chain)).size).toBe(1);
    expect(lines[0]?.chain).toMatch(/^gw\/[\da-f]{8}-/);
    expect(lines.map(({ previous }) => previous)).toEqual(['', ...lines.slice(0, 3).map(({ hash }) => hash)]);
    for (const line of groups.flat()) expect(trueHash(line)).toBe(read(line).hash);
    expect(heads.map(({ sequence, hash }) => [sequence, hash])).toEqual([
      [1, lines[0]?.hash],
      [4, lines[3]?.hash],
    ]);
    expect(writer.stats()).toEqual({ kept: 4, lost: 0, waiting: 0 });
  });

  it('says that a line is kept once the sink has kept it', async () => {
    const { sink, settle } = heldSink();
    const { writer } = writerOf(sink);
    let isKept = false;
    const writing = writer.write(event(1)).then(() => (isKept = true));
    await tick();
    expect(isKept).toBe(false);
    settle[0]?.keep();
    await writing;
  });

  it('begins a new chain behind what is not kept for certain', async () => {
    const { sink, groups, settle } = heldSink();
    const { writer, kept, heads } = writerOf(sink);
    const first = writer.write(event(1));
    settle[0]?.keep();
    await first;
    const doubtful = [writer.write(event(2)), writer.write(event(3))];
    const told = Promise.allSettled(doubtful);
    settle[1]?.fail();
    await tick();
    settle[2]?.keep();
    expect((await told).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    const lines = groups.flat().map(read);
    expect(lines.map(({ sequence }) => sequence)).toEqual([1, 2, 1]);
    expect(lines[1]?.chain).toBe(lines[0]?.chain);
    expect(lines[2]?.chain).not.toBe(lines[0]?.chain);
    expect(lines[2]?.previous).toBe('');
    // Neither checkpoints nor the stream hear of the doubtful one.
    expect(kept.map((line) => read(line).n)).toEqual([1, 3]);
    expect(heads.map(({ sequence }) => sequence)).toEqual([1, 1]);
  });

  it('takes no more where too much waits already, and goes on', async () => {
    const sink = quietSink();
    const { writer, losses } = writerOf(sink);
    const half = JSON.stringify({ text: 'x'.repeat(40 * 1024 * 1024) });
    const first = writer.write(half);
    const second = writer.write(half);
    writer.leave(half);
    expect(losses).toEqual([1]);
    await expect(second).rejects.toThrow('not written fast enough');
    await first;
    await writer.write(event(1));
    expect(sink.lines).toHaveLength(2);
    expect(writer.stats()).toEqual({ kept: 2, lost: 1, waiting: 0 });
  });

  it('that fails at once is a failure, not the end', async () => {
    let fails = true;
    const { writer } = writerOf({
      append: (): Promise<void> => {
        if (fails) throw new Error('not even a promise');
        return Promise.resolve();
      },
    });
    await expect(writer.write(event(1))).rejects.toThrow('not even');
    fails = false;
    await writer.write(event(2));
    await writer.close();
  });
});

describe('events that are left', () => {
  it('are kept together soon', async () => {
    const sink = quietSink();
    const { writer } = writerOf(sink);
    for (const n of [1, 2, 3]) writer.leave(event(n));
    await tick();
    expect(sink.lines).toEqual([]);
    await expect.poll(() => sink.lines.map((line) => read(line).sequence), PATIENT).toEqual([1, 2, 3]);
  });

  it('are kept at once, before it, with one that is waited for', async () => {
    const sink = quietSink();
    const { writer } = writerOf(sink, { flushMs: 100_000 });
    writer.leave(event(1));
    await writer.write(event(2));
    expect(sink.lines.map((line) => read(line).n)).toEqual([1, 2]);
    await writer.close();
  });

  it('are kept soon where they come while others are being kept', async () => {
    const { sink, groups, settle } = heldSink();
    const { writer } = writerOf(sink);
    const first = writer.write(event(1));
    writer.leave(event(2));
    settle[0]?.keep();
    await first;
    await expect.poll(() => groups.length, PATIENT).toBe(2);
    settle[1]?.keep();
    await writer.close();
  });

  it('are kept soon where they come while others are being kept for longer than they wait', async () => {
    const { sink, groups, settle } = heldSink();
    const { writer } = writerOf(sink, { flushMs: 5 });
    const first = writer.write(event(1));
    writer.leave(event(2));
    await new Promise((next) => setTimeout(next, 50));
    settle[0]?.keep();
    await first;
    await expect.poll(() => groups.length, PATIENT).toBe(2);
    // So are those that come while these are.
    writer.leave(event(3));
    await new Promise((next) => setTimeout(next, 50));
    settle[1]?.keep();
    await expect.poll(() => groups.length, PATIENT).toBe(3);
    settle[2]?.keep();
    await writer.close();
  });

  it('are counted where they are lost, and they alone', async () => {
    const { sink, settle } = heldSink();
    const { writer, losses } = writerOf(sink);
    writer.leave(event(1));
    writer.leave(event(2));
    const waited = writer.write(event(3));
    settle[0]?.fail();
    await expect(waited).rejects.toThrow('disk full');
    expect(losses).toEqual([2]);
    expect(writer.stats()).toEqual({ kept: 0, lost: 2, waiting: 0 });
  });

  it('are kept before the sink is closed', async () => {
    const order: string[] = [];
    const { writer } = writerOf(
      {
        append: async (lines) => {
          await tick();
          order.push(...lines.map((line) => String(read(line).n)));
        },
        close: async () => await Promise.resolve(void order.push('closed')),
      },
      { flushMs: 100_000 },
    );
    const first = writer.write(event(1));
    writer.leave(event(2));
    await writer.close();
    await first;
    expect(order).toEqual(['1', '2', 'closed']);
  });
});

describe('a sink that hangs', () => {
  it('keeps nobody waiting: nothing is certain then, and nothing more is taken until it is back', async () => {
    const { sink, groups, settle } = heldSink();
    const { writer, losses } = writerOf(sink, { stallMs: 30 });
    const waiting = [1, 2].map(async (n) => await writer.write(event(n)));
    writer.leave(event(3));
    expect(writer.trouble()).toBeNull();
    expect(await Promise.allSettled(waiting)).toMatchObject([
      { reason: { message: 'The access record is not being written.' } },
      { reason: { message: 'The access record is not being written.' } },
    ]);
    expect(writer.trouble()).not.toBeNull();
    await expect(writer.write(event(4))).rejects.toThrow('not being written');
    settle[0]?.keep();
    await expect.poll(() => groups.length, PATIENT).toBe(2);
    settle[1]?.keep();
    await expect.poll(() => writer.trouble(), PATIENT).toBeNull();
    // What was taken is kept after all, though those who waited were told otherwise.
    expect(groups.flat().map((line) => read(line).n)).toEqual([1, 2, 3]);
    const last = writer.write(event(5));
    settle[2]?.keep();
    await last;
    expect(losses).toEqual([]);
  });

  it('is not waited for at the end, and what is lost is counted', async () => {
    const { sink } = heldSink();
    const { writer, losses } = writerOf(sink, { stallMs: 30 });
    const first = writer.write(event(1)).catch(String);
    writer.leave(event(2));
    await writer.close();
    expect(await first).toContain('not being written');
    expect(losses).toEqual([1]);
  });

  it('is waited for by no more than ten thousand', async () => {
    const { sink, settle } = heldSink();
    const { writer } = writerOf(sink);
    const all = Array.from({ length: 10_000 }, async (_, n) => await writer.write(event(n)));
    await expect(writer.write(event(-1))).rejects.toThrow('Too many requests');
    settle[0]?.keep();
    await tick();
    settle[1]?.keep();
    await Promise.all(all);
  });
});

describe('a sink that has just failed', () => {
  it('is in doubt for a second', async () => {
    let isFull = true;
    const { writer } = writerOf({
      append: async () => await (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve()),
    });
    await expect(writer.write(event(1))).rejects.toThrow('disk full');
    expect(writer.trouble()?.message).toBe('The access record has just failed.');
    isFull = false;
    await writer.write(event(2));
    expect(writer.trouble()).toBeNull();
  });

  it.each<{ name: string; more: Pick<AuditSink, 'attempt'> }>([
    { name: 'whatever it attempts', more: { attempt: async () => await Promise.reject(new Error('full')) } },
    { name: 'though it attempts nothing', more: {} },
  ])('is told of to those who send requests until a line is kept: $name', async ({ more }) => {
    let isFull = true;
    const { writer } = writerOf({
      append: async () => await (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve()),
      ...more,
    });
    expect(writer.isInDoubt()).toBe(false);
    await expect(writer.write(event(1))).rejects.toThrow('disk full');
    expect(writer.isInDoubt()).toBe(true);
    isFull = false;
    await writer.write(event(2));
    expect(writer.isInDoubt()).toBe(false);
    await writer.close();
  });
});

describe('a writer that is closed', () => {
  it('keeps nothing more, and says so', async () => {
    const sink = quietSink();
    const { writer, losses } = writerOf(sink, { flushMs: 1 });
    await writer.close();
    await expect(writer.write(event(1))).rejects.toThrow('closed');
    expect(writer.trouble()?.message).toBe('The access record is closed.');
    writer.leave(event(2));
    await new Promise((next) => setTimeout(next, 20));
    expect(sink.lines).toEqual([]);
    expect(losses).toEqual([1]);
    expect(writer.stats()).toEqual({ kept: 0, lost: 1, waiting: 0 });
  });
});
