import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConsentCache, type ConsentCache } from '../../../policies/consent/cache.ts';
import { createConsentLookup } from '../../../policies/consent/lookup.ts';
import type { ConsentLookupOptions } from '../../../policies/consent/lookup.ts';
import type { ConsentSource } from '../../../policies/consent/source/source.ts';
import type { ConsentState, SubjectState } from '../../../policies/consent/state.ts';
import { startRedis } from '../../harness.ts';

let reads: (readonly string[])[];
let errors: unknown[];

beforeEach(() => {
  reads = [];
  errors = [];
});

function stateOf(subject: string): ConsentState {
  return {
    subject,
    suspended: false,
    lastServiceUse: 1,
    collectionMethods: [],
    entries: [],
    reference: null,
  };
}

/** A source in this process: what the lookup does with one is the same however it is reached. */
function sourceOf(answer: (subjects: readonly string[]) => Promise<readonly ConsentState[]>): ConsentSource {
  return {
    read: async (subjects) => {
      reads.push(subjects);
      return { leaseMs: 30_000, states: await answer(subjects) };
    },
    close: async () => undefined,
  };
}

function lookupOf(source: ConsentSource | null, changes: Partial<ConsentLookupOptions> = {}) {
  return createConsentLookup({
    source,
    cache: null,
    timeoutMs: 200,
    onError: (error) => void errors.push(error),
    ...changes,
  });
}

const answering = (): ConsentSource => sourceOf(async (subjects) => subjects.map(stateOf));
const known = (subject: string): SubjectState => ({ kind: 'known', subject, state: stateOf(subject) });
const unavailable = (subject: string): SubjectState => ({ kind: 'unavailable', subject });
const never = async (): Promise<never> => await new Promise<never>(() => undefined);

describe('one request', () => {
  test('reads each subject once, in one batch', async () => {
    const reader = lookupOf(answering()).forRequest();
    const [first, second] = await Promise.all([reader.load(['a', 'b', 'a']), reader.load(['b', 'c'])]);
    expect([...first]).toEqual([
      ['a', known('a')],
      ['b', known('b')],
    ]);
    expect([...second]).toEqual([
      ['b', known('b')],
      ['c', known('c')],
    ]);
    expect([...(await reader.load(['c', 'a']))]).toEqual([
      ['c', known('c')],
      ['a', known('a')],
    ]);
    expect(reads).toEqual([['a', 'b', 'c']]);
  });

  test('shares nothing with another one', async () => {
    const lookup = lookupOf(answering());
    await lookup.forRequest().load(['a']);
    await lookup.forRequest().load(['a']);
    expect(reads).toEqual([['a'], ['a']]);
  });

  test('about nobody reads nothing', async () => {
    expect((await lookupOf(answering()).forRequest().load([])).size).toBe(0);
    expect(reads).toEqual([]);
  });

  test('takes subjects named like members of objects', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const states = await lookupOf(answering()).forRequest().load(names);
    expect([...states]).toEqual(names.map((name) => [name, known(name)]));
  });
});

describe('unavailable', () => {
  const cases: readonly {
    readonly name: string;
    readonly source: ConsentSource | null;
    readonly told: number;
  }[] = [
    { name: 'without a source', source: null, told: 0 },
    {
      name: 'when the source throws',
      source: sourceOf(async () => await Promise.reject(new Error('down'))),
      told: 1,
    },
    {
      name: 'when the source throws at once',
      source: {
        read: () => {
          throw new Error('down');
        },
        close: async () => undefined,
      },
      told: 1,
    },
    { name: 'when the source does not answer in time', source: sourceOf(never), told: 1 },
    { name: 'when the source answers for nobody', source: sourceOf(async () => []), told: 1 },
    {
      name: 'when the source answers for others',
      source: sourceOf(async () => [stateOf('x'), stateOf('y')]),
      told: 1,
    },
    {
      name: 'when the source mixes them up',
      source: sourceOf(async () => [stateOf('b'), stateOf('a')]),
      told: 1,
    },
    {
      name: 'when the source leaves somebody out',
      source: sourceOf(async () => [stateOf('a')]),
      told: 1,
    },
  ];
  test.each(cases)('$name', async ({ source, told }) => {
    const states = await lookupOf(source).forRequest().load(['a', 'b']);
    expect([...states]).toEqual([
      ['a', unavailable('a')],
      ['b', unavailable('b')],
    ]);
    expect(errors).toHaveLength(told);
  });

  test('where a cache tells about others', async () => {
    const cache: ConsentCache = {
      readThrough: () => async () => [stateOf('b'), stateOf('x')],
      invalidate: async () => 'unacknowledged',
      place: () => null,
      reaches: () => true,
      confirm: async () => false,
      ready: async () => true,
      stats: () => ({ roundTrips: 0, hits: 0, misses: 0, sourceReads: 0 }),
      close: async () => undefined,
    };
    const states = await lookupOf(answering(), { cache }).forRequest().load(['a', 'b']);
    expect([...states]).toEqual([
      ['a', unavailable('a')],
      ['b', known('b')],
    ]);
  });

  test('where the source does not take an id, which keeps nobody else from being known', async () => {
    const source = { ...answering(), accepts: (subject: string) => subject !== 'b' };
    const states = await lookupOf(source).forRequest().load(['a', 'b']);
    expect([...states]).toEqual([
      ['a', known('a')],
      ['b', unavailable('b')],
    ]);
    expect(reads).toEqual([['a']]);
  });

  test('where an id is too long to be asked about, which keeps nobody else from being known', async () => {
    const long = 'x'.repeat(513);
    const states = await lookupOf(answering()).forRequest().load(['a', long]);
    expect([...states]).toEqual([
      ['a', known('a')],
      [long, unavailable(long)],
    ]);
    expect(reads).toEqual([['a']]);
  });

  test('for those in line behind a source that hangs, and no longer once it answers', async () => {
    let hangs = true;
    const source = sourceOf(async (subjects) => (hangs ? await never() : subjects.map(stateOf)));
    const lookup = lookupOf(source, { guard: { maxInFlight: 1 } });
    const first = lookup.forRequest().load(['a']);
    await expect.poll(() => reads).toEqual([['a']]);
    const second = lookup.forRequest().load(['b']);
    expect([...(await second)]).toEqual([['b', unavailable('b')]]);
    expect([...(await first)]).toEqual([['a', unavailable('a')]]);
    hangs = false;
    expect([...(await lookup.forRequest().load(['c']))]).toEqual([['c', known('c')]]);
    expect(errors).toHaveLength(2);
  });

  test('never while there is room in line', async () => {
    const slow = sourceOf(async (subjects) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return subjects.map(stateOf);
    });
    const lookup = lookupOf(slow, { guard: { maxInFlight: 2 }, timeoutMs: 5_000 });
    const names = Array.from({ length: 50 }, (_, index) => `s${index}`);
    const all: Promise<ReadonlyMap<string, SubjectState>>[] = [];
    for (const name of names) {
      all.push(lookup.forRequest().load([name]));
      // A turn each, so that they do not go out as one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await Promise.all(all)).map((states, index) => states.get(names[index] ?? ''))).toEqual(
      names.map(known),
    );
    expect(reads.length).toBeGreaterThan(2);
  });
});

describe('requests at the same time', () => {
  test('wait no longer than their own time for a read that they share', async () => {
    const lookup = lookupOf(sourceOf(never), { timeoutMs: 600 });
    void lookup.forRequest().load(['a']);
    await expect.poll(() => reads).toEqual([['a']]);
    const started = performance.now();
    // The read that they share is sent after half a second and then has 600 ms of its own.
    expect([...(await lookup.forRequest().load(['a']))]).toEqual([['a', unavailable('a')]]);
    expect(performance.now() - started).toBeLessThan(900);
  });

  test('share reads, and one that leaves does not end them', async () => {
    const answers: (() => void)[] = [];
    const lookup = lookupOf(
      sourceOf(async (subjects) => {
        await new Promise<void>((resolve) => answers.push(resolve));
        return subjects.map(stateOf);
      }),
      { timeoutMs: 2_000 },
    );
    const all = Array.from({ length: 100 }, async () => await lookup.forRequest().load(['a']));
    await expect.poll(() => answers.length).toBe(1);
    const later = Array.from({ length: 100 }, async () => await lookup.forRequest().load(['a']));
    answers[0]?.();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    for (const states of await Promise.all([...all, ...later]))
      expect([...states]).toEqual([['a', known('a')]]);
    expect(reads).toEqual([['a'], ['a']]);
    expect(lookup.stats()).toMatchObject({
      source: { reads: 2, inFlight: 0, circuit: 'closed' },
      cache: null,
    });
  });
});

describe('with a cache', () => {
  let close: () => Promise<void>;
  afterEach(async () => await close());

  test('reads from Redis what another request has read, and from the source when Redis is gone', async () => {
    const redis = await startRedis();
    const cache = createConsentCache({
      redisUrl: redis.url,
      keySecret: new Uint8Array(32).fill(1),
      onError: () => undefined,
    });
    const lookup = lookupOf(answering(), { cache, timeoutMs: 2_000 });
    close = async () => {
      await lookup.close();
      await redis.stop();
    };
    expect(await cache.ready(5_000)).toBe(true);
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    await lookup.forRequest().load(names);
    const before = cache.stats().roundTrips;
    expect([...(await lookup.forRequest().load(names)).values()]).toEqual(names.map(known));
    expect(cache.stats().roundTrips - before).toBe(1);
    expect(reads).toEqual([names]);
    await redis.kill();
    expect([...(await lookup.forRequest().load(names)).values()]).toEqual(names.map(known));
    expect(reads).toEqual([names, names]);
  });
});
