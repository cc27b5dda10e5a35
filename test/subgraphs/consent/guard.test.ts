import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CALLER_HEADER, GATEWAY_CLIENT, signCallerToken } from '../../../policies/consent/callerToken.ts';
import { startConsentSubgraph } from '../../../subgraphs/consent/startConsentSubgraph.ts';
import { askConsent, CALLER_KEY } from './askConsent.ts';
import { mutation, SELF, stepBefore, WRITES } from './writers.ts';
import { freshDataDir } from '../../freshDataDir.ts';

type Server = Awaited<ReturnType<typeof startConsentSubgraph>>;

let server: Server;
let alice: string;
let count = 0;

beforeAll(async () => {
  server = await startConsentSubgraph({
    host: '127.0.0.1',
    port: 0,
    callerKey: CALLER_KEY,
    dataDir: await freshDataDir(),
    policyRevision: '2020-05-08',
  });
});
afterAll(async () => await server.stop());
beforeEach(() => {
  count += 1;
  alice = `user:u_${count}`;
});

const STATES = `query ($subjects: [ID!]!) {
  _consentStates(subjects: $subjects) {
    leaseMs states { subject suspended lastServiceUse collectionMethods entries { purpose recipient state } }
  }
}`;
const RECORDS = `query ($subject: ID!) {
  dataSubject(id: $subject) { id suspended consentRecords { event purpose client } }
}`;

async function stateOf(subject: string): Promise<unknown> {
  const { data } = await askConsent(server.url, { client: GATEWAY_CLIENT }, STATES, { subjects: [subject] });
  return data?.['_consentStates'];
}

const unwritten = (subject: string): unknown => ({
  leaseMs: 0,
  states: [{ subject, suspended: false, lastServiceUse: null, collectionMethods: [], entries: [] }],
});

/** A request of Alice's that stands there; none where there need be none. */
async function openRequest(state: ReturnType<typeof stepBefore>): Promise<string | undefined> {
  if (state === null) return undefined;
  const desk = { consentWrite: ['*'] };
  const submit = `mutation ($subject: ID!) {
    submitRightsRequest(subject: $subject, kind: DISCLOSURE) { request { id } }
  }`;
  const { text } = await askConsent(server.url, desk, submit, { subject: alice });
  const id = /"id":"([^"]+)"/.exec(text)?.[1];
  if (state === 'IN_PROGRESS') {
    await askConsent(server.url, desk, mutation('startRightsRequest'), { subject: alice, id });
  }
  return id;
}

test.each(WRITES)('writes: $who $can $name', async ({ caller, name, can }) => {
  const as = caller === SELF ? { endUser: alice } : caller;
  const id = await openRequest(stepBefore(name));
  const answer = await askConsent(server.url, as, mutation(name), { subject: alice, id });
  if (can === 'may') {
    expect(answer.codes).toEqual([]);
    expect(answer.data?.[name]).toEqual({ recordId: expect.any(String) });
  } else {
    expect(answer.codes).toEqual(['CONSENT_WRITE_FORBIDDEN']);
    expect(await stateOf(alice)).toEqual(unwritten(alice));
  }
});

describe('a token', () => {
  test.each([
    { name: 'of another key', key: new Uint8Array(32).fill(9), now: 0 },
    { name: 'that has expired', key: CALLER_KEY, now: -120_000 },
  ])('$name names nobody', async ({ key, now }) => {
    const claims = { client: 'consent-desk', endUser: alice, actor: null, consentWrite: ['*'] };
    const token = await signCallerToken(key, claims, Date.now() + now);
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [CALLER_HEADER]: token },
      body: JSON.stringify({ query: mutation('grantConsent'), variables: { subject: alice } }),
    });
    expect(await response.text()).toContain('CONSENT_WRITE_FORBIDDEN');
    expect(await stateOf(alice)).toEqual(unwritten(alice));
  });
});

describe('reads', () => {
  test.each([
    { who: 'nobody', caller: 'nobody' as const },
    { who: 'an app', caller: { consentWrite: ['*'] } },
    { who: 'an end user', caller: { endUser: 'user:u_1' } },
  ])('$who may not read the states that gateways decide by', async ({ caller }) => {
    const { data, codes } = await askConsent(server.url, caller, STATES, { subjects: [alice] });
    expect(codes).toEqual(['CONSENT_READ_FORBIDDEN']);
    expect(data).toBeNull();
  });

  const records = [
    { who: 'nobody', caller: 'nobody' as const, expected: null },
    { who: 'a client without rights', caller: {}, expected: null },
    { who: 'the gateway itself', caller: { client: GATEWAY_CLIENT }, expected: null },
    { who: 'another end user', caller: { endUser: 'user:other' }, expected: null },
    {
      who: 'a client with one purpose: its records only',
      caller: { consentWrite: ['marketing'] },
      expected: { suspended: null, events: ['GIVEN marketing.recommendation'] },
    },
    {
      who: 'a client with everything',
      caller: { consentWrite: ['*'] },
      expected: { suspended: true, events: ['GIVEN marketing.recommendation', 'SUSPENDED null'] },
    },
    {
      who: SELF,
      caller: SELF,
      expected: { suspended: true, events: ['GIVEN marketing.recommendation', 'SUSPENDED null'] },
    },
  ] as const;

  test.each(records)('what is on record, for $who', async ({ caller, expected }) => {
    for (const name of ['grantConsent', 'suspendUse']) {
      await askConsent(server.url, { endUser: alice }, mutation(name), { subject: alice });
    }
    const as = caller === SELF ? { endUser: alice } : caller;
    const { data, codes } = await askConsent(server.url, as, RECORDS, { subject: alice });
    if (expected === null) {
      expect(codes).toEqual(['CONSENT_READ_FORBIDDEN']);
      expect(data).toEqual({ dataSubject: null });
      return;
    }
    expect(codes).toEqual([]);
    const events = expected.events.map((text) => {
      const [event, purpose] = text.split(' ');
      return { event, purpose: purpose === 'null' ? null : purpose, client: 'some-app' };
    });
    expect(data).toEqual({
      dataSubject: { id: alice, suspended: expected.suspended, consentRecords: events },
    });
  });

  test('an entity reached from another subgraph is guarded in the same way', async () => {
    await askConsent(server.url, { endUser: alice }, mutation('grantConsent'), { subject: alice });
    const entities = `query ($id: ID!) {
      _entities(representations: [{ __typename: "DataSubject", id: $id }]) {
        ... on DataSubject { id suspended consentRecords { event } }
      }
    }`;
    const foreign = await askConsent(server.url, { endUser: 'user:other' }, entities, { id: alice });
    expect(foreign.data).toEqual({ _entities: [{ id: alice, suspended: null, consentRecords: null }] });
    expect(foreign.codes).toEqual(['CONSENT_READ_FORBIDDEN', 'CONSENT_READ_FORBIDDEN']);
    const own = await askConsent(server.url, { endUser: alice }, entities, { id: alice });
    expect(own.data).toEqual({
      _entities: [{ id: alice, suspended: false, consentRecords: [{ event: 'GIVEN' }] }],
    });
  });
});

describe('bad input', () => {
  const wrong = [
    { name: 'a subject without namespace', args: 'subject: "u_1", purpose: "p"', expected: 'user:u_1' },
    {
      name: 'a subject with a line break',
      args: 'subject: "user:u\\n1", purpose: "p"',
      expected: 'user:u_1',
    },
    {
      name: 'a very long subject',
      args: `subject: "user:${'u'.repeat(300)}", purpose: "p"`,
      expected: 'user:u_1',
    },
    { name: 'an empty purpose', args: 'subject: "user:u_1", purpose: ""', expected: 'dotted key' },
    {
      name: 'a purpose that is a pattern',
      args: 'subject: "user:u_1", purpose: "*"',
      expected: 'dotted key',
    },
    {
      name: 'a purpose with a double dot',
      args: 'subject: "user:u_1", purpose: "a..b"',
      expected: 'dotted key',
    },
    {
      name: 'a very long purpose',
      args: `subject: "user:u_1", purpose: "${'p'.repeat(200)}"`,
      expected: '128',
    },
    {
      name: 'an empty recipient',
      args: 'subject: "user:u_1", purpose: "p", recipient: ""',
      expected: 'dotted key',
    },
    { name: 'no days', args: 'subject: "user:u_1", purpose: "p", validForDays: 0', expected: '1 to 36500' },
    {
      name: 'too many days',
      args: 'subject: "user:u_1", purpose: "p", validForDays: 36501',
      expected: '1 to 36500',
    },
    {
      name: 'a sentence as method',
      args: 'subject: "user:u_1", purpose: "p", collectionMethod: "by me"',
      expected: 'dotted',
    },
  ];
  test.each(wrong)('$name is refused, without being quoted', async ({ args, expected }) => {
    const { codes, text } = await askConsent(
      server.url,
      { consentWrite: ['*'] },
      `mutation { grantConsent(${args}) { recordId } }`,
    );
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(text).toContain(expected);
    expect(text).not.toMatch(/uuuu|pppp|by me|a\.\.b/);
  });

  test('more subjects than a call may have are refused', async () => {
    const subjects = Array.from({ length: 1_001 }, (_, index) => `user:u_${index}`);
    const { codes } = await askConsent(server.url, { client: GATEWAY_CLIENT }, STATES, { subjects });
    expect(codes).toEqual(['BAD_USER_INPUT']);
  });

  test.each([
    { name: 'no JSON', body: '{"query": user:u_1', status: 400 },
    { name: 'a list of operations', body: '[{"query": "{ __typename }"}]', status: 400 },
    { name: 'a body beyond a megabyte', body: 'x'.repeat(1_100_000), status: 413 },
  ])('$name is answered plainly', async ({ body, status }) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(server.url, { method: 'POST', body, headers });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('u_1');
  });

  test('a GET is told to use POST', async () => {
    expect((await fetch(server.url)).status).toBe(405);
  });
});

test('the use of the service is written once for a revision', async () => {
  const first = await askConsent(server.url, { endUser: alice }, mutation('recordServiceUse'), {
    subject: alice,
  });
  const second = await askConsent(server.url, { endUser: alice }, mutation('recordServiceUse'), {
    subject: alice,
  });
  expect(first.codes).toEqual([]);
  expect(second.data).toEqual(first.data);
  await askConsent(server.url, { endUser: alice }, mutation('eraseConsents'), { subject: alice });
  const third = await askConsent(server.url, { endUser: alice }, mutation('recordServiceUse'), {
    subject: alice,
  });
  expect(third.data).not.toEqual(first.data);
});
