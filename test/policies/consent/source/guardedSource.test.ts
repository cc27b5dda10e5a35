import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createGraphqlConsentSource } from '../../../../policies/consent/source/graphqlSource.ts';
import {
  guardSource,
  type GuardedSource,
  type GuardOptions,
} from '../../../../policies/consent/source/guardedSource.ts';
import { ConsentUnavailableError, type ConsentSource } from '../../../../policies/consent/source/source.ts';
import { freePort } from '../../../harness.ts';

const asked = z.object({ variables: z.object({ subjects: z.array(z.string()) }) });

/** How the server behaves, until it is told otherwise. */
type Behaviour = (subjects: readonly string[], response: ServerResponse) => void;

const works: Behaviour = (subjects, response) => void response.end(answerFor(subjects));
const hangs: Behaviour = () => undefined;
const fails: Behaviour = (_, response) => void response.writeHead(503).end();
const mixesUp: Behaviour = (subjects, response) =>
  void response.end(answerFor(subjects.map((each) => `${each}x`)));
const babbles: Behaviour = (_, response) => void response.end('<html>');
const cutsOff: Behaviour = (_, response) => void response.destroy();
const refuses: Behaviour = (_, response) => {
  response.end(
    JSON.stringify({ errors: [{ message: 'no', extensions: { code: 'BAD_USER_INPUT' } }], data: null }),
  );
};

let behaviour: Behaviour;
let calls: (readonly string[])[];
let server: Server | null;
let port: number;
let guarded: GuardedSource;

async function startServer(): Promise<void> {
  const started = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { subjects } = asked.parse(JSON.parse(body)).variables;
      calls.push(subjects);
      behaviour(subjects, response);
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve));
}

async function stopServer(): Promise<void> {
  const stopped = server;
  server = null;
  if (stopped === null) return;
  stopped.closeAllConnections();
  await new Promise((resolve) => stopped.close(resolve));
}

beforeEach(async () => {
  calls = [];
  behaviour = works;
  port = await freePort();
  await startServer();
  guarded = guard();
});

afterEach(async () => {
  await guarded.close();
  await stopServer();
});

function guard(changes: Partial<GuardOptions> = {}): GuardedSource {
  const source = createGraphqlConsentSource({ url: `http://127.0.0.1:${port}/`, timeoutMs: 10_000 });
  return guardSource(source, { timeoutMs: 200, openMs: 300, ...changes });
}

function answerFor(subjects: readonly string[]): string {
  const states = subjects.map((subject) => ({
    subject,
    suspended: false,
    lastServiceUse: null,
    collectionMethods: [],
    entries: [],
  }));
  return JSON.stringify({ data: { _consentStates: { leaseMs: 0, states } } });
}

let count = 0;
/** Reads about somebody who was not asked about before. */
const readOne = async (): Promise<unknown> => await guarded.read([`s${(count += 1)}`]);
const outcome = async (read: Promise<unknown>): Promise<string> =>
  await read.then(
    () => 'known',
    (error: unknown) => (error instanceof ConsentUnavailableError ? 'unavailable' : String(error)),
  );
const circuit = (): string => guarded.stats().circuit;

async function failFiveTimes(): Promise<void> {
  for (let index = 0; index < 5; index += 1) expect(await outcome(readOne())).toBe('unavailable');
}

describe('the circuit opens', () => {
  test.each([
    { name: 'hangs', how: hangs },
    { name: 'fails', how: fails },
    { name: 'answers for others', how: mixesUp },
    { name: 'answers no JSON', how: babbles },
    { name: 'cuts connections off', how: cutsOff },
  ])('where the source $name, and closes when it is well again', async ({ how }) => {
    behaviour = how;
    await failFiveTimes();
    await outcome(readOne());
    expect(guarded.stats()).toMatchObject({ circuit: 'open', opened: 1, inFlight: 0, waiting: 0 });
    const before = calls.length;
    const started = performance.now();
    for (let index = 0; index < 100; index += 1) expect(await outcome(readOne())).toBe('unavailable');
    expect(performance.now() - started).toBeLessThan(150);
    expect(calls).toHaveLength(before);
    expect(guarded.stats().refused).toBeGreaterThanOrEqual(100);
    behaviour = works;
    await expect.poll(async () => await outcome(readOne())).toBe('known');
    expect(circuit()).toBe('closed');
    expect(await outcome(readOne())).toBe('known');
  });

  test('where the source dies, and closes when it has come back', async () => {
    expect(await outcome(readOne())).toBe('known');
    await stopServer();
    await failFiveTimes();
    await outcome(readOne());
    expect(circuit()).toBe('open');
    await startServer();
    await expect.poll(async () => await outcome(readOne())).toBe('known');
    expect(circuit()).toBe('closed');
  });

  test('again where a trial fails, which only one read at a time is', async () => {
    behaviour = fails;
    await failFiveTimes();
    await outcome(readOne());
    behaviour = hangs;
    await new Promise((resolve) => setTimeout(resolve, 320));
    const before = calls.length;
    const trial = outcome(readOne());
    await expect.poll(() => calls.length).toBe(before + 1);
    expect(circuit()).toBe('half-open');
    const started = performance.now();
    expect(await Promise.all(Array.from({ length: 50 }, async () => await outcome(readOne())))).toEqual(
      Array.from({ length: 50 }, () => 'unavailable'),
    );
    expect(performance.now() - started).toBeLessThan(100);
    expect(await trial).toBe('unavailable');
    expect(calls).toHaveLength(before + 1);
    expect(guarded.stats()).toMatchObject({ circuit: 'open', opened: 2 });
  });
});

describe('the circuit stays closed', () => {
  test('where all failures are about one same subject', async () => {
    behaviour = (subjects, response) => (subjects.includes('poison') ? fails : works)(subjects, response);
    for (let index = 0; index < 30; index += 1) {
      expect(await outcome(guarded.read(['poison', `s${index}`]))).toBe('unavailable');
    }
    expect(guarded.stats()).toMatchObject({ circuit: 'closed', failures: 30 });
    expect(await outcome(readOne())).toBe('known');
  });

  test('where the source refuses the questions', async () => {
    behaviour = refuses;
    for (let index = 0; index < 30; index += 1) expect(await outcome(readOne())).toBe('unavailable');
    expect(guarded.stats()).toMatchObject({ circuit: 'closed', failures: 0, reads: 30 });
  });

  test('where reads are given up by those who asked', async () => {
    behaviour = hangs;
    for (let index = 0; index < 10; index += 1) {
      expect(await outcome(guarded.read([`s${index}`], AbortSignal.timeout(5)))).toBe('unavailable');
    }
    expect(guarded.stats()).toMatchObject({ circuit: 'closed', failures: 0, inFlight: 0 });
  });

  test('where fewer than half fail', async () => {
    behaviour = (subjects, response) => (calls.length % 3 === 0 ? fails : works)(subjects, response);
    for (let index = 0; index < 40; index += 1) await outcome(readOne());
    expect(guarded.stats()).toMatchObject({ circuit: 'closed', failures: 13 });
  });
});

describe('the line', () => {
  test('has an end, after which reads are refused at once', async () => {
    await guarded.close();
    guarded = guard({ maxInFlight: 1, maxWaiting: 4 });
    behaviour = hangs;
    const all = Array.from({ length: 5 }, async () => await outcome(readOne()));
    expect(guarded.stats()).toMatchObject({ inFlight: 1, waiting: 4 });
    const started = performance.now();
    expect(await outcome(readOne())).toBe('unavailable');
    expect(performance.now() - started).toBeLessThan(50);
    expect(await Promise.all(all)).toEqual(Array.from({ length: 5 }, () => 'unavailable'));
    // Those in line waited as long as anybody does, so the source is not asked for them. The first of them asked a
    // moment later than the one before it, so that its wait may have been that moment too short.
    expect(calls.length).toBeLessThanOrEqual(2);
    const { reads, refused, ...rest } = guarded.stats();
    expect(rest).toMatchObject({ inFlight: 0, waiting: 0 });
    expect({ reads, all: reads + refused }).toEqual({ reads: calls.length, all: 6 });
  });

  test('moves on', async () => {
    await guarded.close();
    guarded = guard({ maxInFlight: 2, maxWaiting: 98, timeoutMs: 5_000 });
    let atOnce = 0;
    let most = 0;
    behaviour = (subjects, response) => {
      most = Math.max(most, (atOnce += 1));
      setTimeout(() => {
        atOnce -= 1;
        works(subjects, response);
      }, 2);
    };
    const all = await Promise.all(Array.from({ length: 100 }, async () => await outcome(readOne())));
    expect(new Set(all)).toEqual(new Set(['known']));
    expect(most).toBe(2);
  });
});

test('takes whatever a source throws or answers for a consent that is not known', async () => {
  const wrong: readonly ConsentSource['read'][] = [
    () => {
      throw new Error('at once');
    },
    async () => await Promise.reject(new Error('later')),
    async () => ({ leaseMs: -1, states: [] }),
    async () => ({ leaseMs: 0.5, states: [] }),
    async () => ({ leaseMs: 0, states: [] }),
    async () => await new Promise(() => undefined),
  ];
  for (const read of wrong) {
    const source = guardSource({ read, close: async () => undefined }, { timeoutMs: 50 });
    const failure = await source.read(['a']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConsentUnavailableError);
    expect(source.stats().inFlight).toBe(0);
  }
});
