import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createGraphqlConsentSource } from '../../../../policies/consent/source/graphqlSource.ts';
import { ConsentUnavailableError, type ConsentSource } from '../../../../policies/consent/source/source.ts';
import { freePort } from '../../../harness.ts';

const SUBJECTS = ['user:u_2', 'user:u_1'];

let answer: (subjects: readonly string[], request: IncomingMessage, response: ServerResponse) => void;
let calls: (readonly string[])[];
let source: ConsentSource;
let url: string;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const { variables } = z
      .object({ variables: z.object({ subjects: z.array(z.string()) }) })
      .parse(JSON.parse(body));
    calls.push(variables.subjects);
    answer(variables.subjects, request, response);
  });
});

beforeEach(async () => {
  calls = [];
  const port = await freePort();
  url = `http://127.0.0.1:${port}/graphql`;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  source = createGraphqlConsentSource({ url, timeoutMs: 1_000 });
});

afterEach(async () => {
  await source.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function state(subject: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { subject, suspended: false, lastServiceUse: null, collectionMethods: [], entries: [], ...changes };
}

function entry(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    purpose: 'p',
    recipient: null,
    state: 'GIVEN',
    at: '2026-01-02T03:04:05.678Z',
    expiresAt: null,
    ...changes,
  };
}

function envelope(states: readonly unknown[], leaseMs: unknown = 30_000): string {
  return JSON.stringify({ data: { _consentStates: { leaseMs, states } } });
}

test('gives the states as asked, with times in milliseconds', async () => {
  answer = (subjects, _, response) =>
    response.end(
      envelope(
        subjects.map((subject) =>
          state(subject, {
            suspended: true,
            lastServiceUse: '2026-01-02T03:04:05+09:00',
            collectionMethods: ['telephone'],
            reference: 'reference-of-u-1',
            // A denial and the permission that lifts it until it ends.
            entries: [
              entry({ recipient: 'internal', state: 'OBJECTED', at: '2026-01-01T00:00:00Z' }),
              entry({ recipient: 'internal', expiresAt: '2027-01-02T03:04:05Z' }),
            ],
          }),
        ),
      ),
    );
  expect(await source.read(SUBJECTS)).toEqual({
    leaseMs: 30_000,
    states: SUBJECTS.map((subject) => ({
      subject,
      suspended: true,
      lastServiceUse: Date.UTC(2026, 0, 1, 18, 4, 5),
      collectionMethods: ['telephone'],
      entries: [
        {
          purpose: 'p',
          recipient: 'internal',
          state: 'OBJECTED',
          at: Date.UTC(2026, 0, 1),
          expiresAt: null,
        },
        {
          purpose: 'p',
          recipient: 'internal',
          state: 'GIVEN',
          at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
          expiresAt: Date.UTC(2027, 0, 2, 3, 4, 5),
        },
      ],
      reference: 'reference-of-u-1',
    })),
  });
});

test('asks for many in calls of a thousand and keeps their order and the shortest lease', async () => {
  const many = Array.from({ length: 5_500 }, (_, index) => `user:u_${index}`);
  answer = (subjects, _, response) =>
    response.end(
      envelope(
        subjects.map((subject) => state(subject)),
        subjects.includes('user:u_4321') ? 7 : 30_000,
      ),
    );
  const patient = createGraphqlConsentSource({ url, timeoutMs: 60_000 });
  const { leaseMs, states } = await patient.read(many);
  await patient.close();
  expect(states.map((item) => item.subject)).toEqual(many);
  expect(leaseMs).toBe(7);
  expect(calls.map((call) => call.length).sort((a, b) => a - b)).toEqual([
    500, 1_000, 1_000, 1_000, 1_000, 1_000,
  ]);
});

test('sends the headers it is given for each call', async () => {
  const seen: unknown[] = [];
  let count = 0;
  const signed = createGraphqlConsentSource({
    url,
    timeoutMs: 1_000,
    headers: async () => ({ 'x-sudare-caller': `token ${(count += 1)}` }),
  });
  answer = (subjects, request, response) => {
    seen.push(request.headers['x-sudare-caller']);
    response.end(envelope(subjects.map((subject) => state(subject))));
  };
  await signed.read(SUBJECTS);
  await signed.read(SUBJECTS);
  await signed.close();
  expect(seen).toEqual(['token 1', 'token 2']);
});

test.each([
  { name: 'says where what it is told is kept', place: 'f00d/1', expected: 'f00d/1' },
  { name: 'says nothing of it where that is nowhere', place: null, expected: undefined },
])('$name', async ({ place, expected }) => {
  const keeping = createGraphqlConsentSource({ url, timeoutMs: 1_000, keptAt: () => place });
  const seen: unknown[] = [];
  answer = (subjects, request, response) => {
    seen.push(request.headers['x-sudare-kept-at']);
    response.end(envelope(subjects.map((subject) => state(subject))));
  };
  await keeping.read(SUBJECTS);
  await keeping.close();
  expect(seen).toEqual([expected]);
});

const good = SUBJECTS.map((subject) => state(subject));
const withEntry = (changes: Record<string, unknown>): string =>
  envelope([state('user:u_2', { entries: [entry(changes)] }), good[1]]);

test.each([
  { name: 'another order', body: envelope([good[1], good[0]]) },
  { name: 'one state too few', body: envelope([good[0]]) },
  { name: 'one state too many', body: envelope([...good, state('user:u_3')]) },
  { name: 'another subject', body: envelope([good[0], state('user:u_3')]) },
  { name: 'no states', body: JSON.stringify({ data: { _consentStates: null } }) },
  {
    name: 'an error beside data',
    body: JSON.stringify({ ...JSON.parse(envelope(good)), errors: [{ message: 'no' }] }),
  },
  { name: 'a negative lease', body: envelope(good, -1) },
  { name: 'a lease with a fraction', body: envelope(good, 0.5) },
  { name: 'no lease', body: envelope(good, null) },
  { name: 'a suspension that is null', body: envelope([state('user:u_2', { suspended: null }), good[1]]) },
  {
    name: 'a service use that is no date',
    body: envelope([state('user:u_2', { lastServiceUse: 'today' }), good[1]]),
  },
  { name: 'a date that does not exist', body: withEntry({ at: '2026-02-30T00:00:00Z' }) },
  { name: 'a time without zone', body: withEntry({ at: '2026-01-02T03:04:05' }) },
  { name: 'a time as a number', body: withEntry({ at: 1_767_323_045_000 }) },
  { name: 'an end that is no date', body: withEntry({ expiresAt: 'never' }) },
  { name: 'an unknown entry state', body: withEntry({ state: 'PROBABLY' }) },
  { name: 'an empty purpose', body: withEntry({ purpose: '' }) },
  { name: 'something that is not JSON', body: '<html>user:u_1</html>' },
])('refuses an answer with $name', async ({ body }) => {
  answer = (_, __, response) => response.end(body);
  const failure = await source.read(SUBJECTS).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConsentUnavailableError);
  expect(String(failure)).not.toContain('u_1');
});

test.each([
  { name: 'HTTP 500', fail: (response: ServerResponse) => response.writeHead(500).end(envelope(good)) },
  {
    name: 'a redirect',
    fail: (response: ServerResponse) => response.writeHead(302, { location: '/' }).end(),
  },
  { name: 'a connection that ends', fail: (response: ServerResponse) => response.destroy() },
  {
    name: 'half an answer',
    fail: (response: ServerResponse) => void response.writeHead(200, { 'content-length': '99' }).write('{'),
  },
  { name: 'silence', fail: () => undefined },
])('is unavailable on $name, within its time', async ({ fail }) => {
  answer = (_, __, response) => void fail(response);
  const started = performance.now();
  await expect(source.read(SUBJECTS)).rejects.toBeInstanceOf(ConsentUnavailableError);
  expect(performance.now() - started).toBeLessThan(1_500);
});

test('is unavailable where nothing listens', async () => {
  const nobody = createGraphqlConsentSource({
    url: `http://127.0.0.1:${await freePort()}/`,
    timeoutMs: 1_000,
  });
  await expect(nobody.read(SUBJECTS)).rejects.toBeInstanceOf(ConsentUnavailableError);
  await nobody.close();
});

test('reads once more where a re-used connection was just closed', async () => {
  answer = (subjects, _, response) => {
    if (calls.length === 1) response.destroy();
    else response.end(envelope(subjects.map((subject) => state(subject))));
  };
  expect((await source.read(SUBJECTS)).states).toHaveLength(2);
  expect(calls).toHaveLength(2);
});

test('stops when it is told to', async () => {
  answer = () => undefined;
  const patient = createGraphqlConsentSource({ url, timeoutMs: 60_000 });
  await expect(patient.read(SUBJECTS, AbortSignal.timeout(50))).rejects.toBeInstanceOf(
    ConsentUnavailableError,
  );
  await patient.close();
});

test.each(['', 'localhost:4007', 'file:///etc/passwd', 'redis://localhost'])(
  'refuses the URL "%s"',
  (wrong) => {
    expect(() => createGraphqlConsentSource({ url: wrong, timeoutMs: 1 })).toThrow('http://');
  },
);
