import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsentSubgraph } from '../../subgraphs/consent/startConsentSubgraph.ts';
import type { RunningServer } from '../../subgraphs/serveGraphql.ts';
import { startGateway, type TestGateway, type TestRequest } from '../gatewayHarness.ts';
import { freshDataDir } from '../freshDataDir.ts';

const KEY = new Uint8Array(32).fill(7);
const ALICE = 'user:u_1';
/** Has never used the service. */
const BOB = 'user:u_2';
const HANDLING = { client: 'consent-desk', purpose: 'rights.handling' } as const;

let server: RunningServer;
let gateway: TestGateway;

beforeAll(async () => {
  server = await startConsentSubgraph({
    port: 0,
    host: '127.0.0.1',
    callerKey: KEY,
    dataDir: await freshDataDir(),
  });
  const typeDefs = parse(await readFile('subgraphs/consent/schema.graphql', 'utf8'));
  gateway = await startGateway({
    // Another one than what `override` has it serve.
    subgraphs: [{ name: 'unused', typeDefs: 'type Query { x: Int }' }],
    override: {
      supergraph: {
        sdl: composeServices([{ name: 'consent', url: server.url, typeDefs }]).supergraphSdl ?? '',
      },
      consent: { url: server.url, callerKey: KEY, redis: null, timeoutMs: 3_000 },
    },
  });
  const { data } = await gateway.send({
    client: 'consent-desk',
    query: `mutation {
      recordServiceUse(subject: "${ALICE}") { recordId }
      a: suspendUse(subject: "${ALICE}") { recordId }
      b: suspendUse(subject: "${BOB}") { recordId }
    }`,
  });
  expect(data).toMatchObject({ a: {}, b: {} });
});
afterAll(async () => {
  await gateway.close();
  await server.stop();
});

const read = async (
  subject: string,
  caller: Omit<TestRequest, 'query'>,
): Promise<{ readonly data: unknown; readonly codes: readonly unknown[] }> => {
  const { data, errors } = await gateway.send({
    ...caller,
    query: `{ dataSubject(id: "${subject}") { suspended lastServiceUse collectionMethods consentRecords { event } } }`,
  });
  return { data, codes: [...new Set(errors.map(({ extensions }) => extensions['code']))] };
};

const request = (subjects: readonly string[]) => ({
  'x-ground': JSON.stringify({
    kind: 'request',
    reference: 'letter 5',
    expires: Date.now() + 60_000,
    subjects,
  }),
});

const SUSPENDED = {
  data: {
    dataSubject: {
      suspended: true,
      lastServiceUse: expect.any(String),
      collectionMethods: [],
      consentRecords: [{ event: 'SERVICE_USED' }, { event: 'SUSPENDED' }],
    },
  },
  codes: [],
};
// Not `[]`, which would read as if nothing were on record.
const REJECTED = {
  data: {
    dataSubject: { suspended: null, lastServiceUse: null, collectionMethods: null, consentRecords: null },
  },
  codes: ['PERSONAL_DATA_REJECTED'],
};

describe('the consent record of a person who has suspended the use of their data', () => {
  it('is read by those who see to such requests', async () => {
    expect(await read(ALICE, HANDLING)).toEqual(SUSPENDED);
  });

  it('is read by the person', async () => {
    const self = { client: 'my-page', purpose: 'rights.access' };
    expect(await read(ALICE, { ...self, headers: { 'x-end-user': ALICE } })).toEqual(SUSPENDED);
  });

  it.each([
    { name: 'the same client for another purpose', caller: { ...HANDLING, purpose: 'service.support' } },
    { name: 'the same client for no purpose', caller: { client: 'consent-desk' } },
    { name: 'support', caller: { client: 'support-desk', purpose: 'service.support' } },
    {
      name: 'who responds to violations',
      caller: { client: 'legal', purpose: 'security.violation', headers: { 'x-recipient': 'internal' } },
    },
    {
      name: 'the person’s app for another purpose',
      caller: { client: 'my-page', purpose: 'service.provision', headers: { 'x-end-user': ALICE } },
    },
    {
      name: 'another person',
      caller: { client: 'my-page', purpose: 'rights.access', headers: { 'x-end-user': BOB } },
    },
  ])('is not read by $name, who are told so', async ({ caller }) => {
    const { data, codes } = await read(ALICE, caller);
    expect(JSON.stringify(data)).not.toMatch(/SUSPENDED|SERVICE_USED|true|\[\]/u);
    expect(codes.length).toBeGreaterThan(0);
  });

  it('of whom no use of the service stands for the policy’s revision, takes the request as a ground', async () => {
    expect(await read(BOB, HANDLING)).toEqual(REJECTED);
    expect(await read(BOB, { ...HANDLING, headers: request([ALICE]) })).toEqual(REJECTED);
    expect(await read(BOB, { ...HANDLING, headers: request([BOB]) })).toEqual({
      data: {
        dataSubject: {
          suspended: true,
          lastServiceUse: null,
          collectionMethods: [],
          consentRecords: [{ event: 'SUSPENDED' }],
        },
      },
      codes: [],
    });
  });
});
