import { readFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { eq } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createKeyedReference } from '../../policies/record/keyedReference.ts';
import { RECORD_STREAM } from '../../policies/record/recordStream.ts';
import { accessRecords } from '../../subgraphs/consent/accesses/accessTables.ts';
import type { ConsentDatabase } from '../../subgraphs/consent/database.ts';
import { startConsentSubgraph } from '../../subgraphs/consent/startConsentSubgraph.ts';
import { subjects as subjectRows } from '../../subgraphs/consent/tables.ts';
import { serveGraphql } from '../../subgraphs/serveGraphql.ts';
import { HEADER, startGateway } from '../gatewayHarness.ts';
import type { TestAnswer, TestGateway, TestRequest } from '../gatewayHarness.ts';
import { startRedis } from '../harness.ts';
import { startPostgres } from '../subgraphs/consent/startPostgres.ts';
import { freshDataDir } from '../freshDataDir.ts';

const KEY = new Uint8Array(32).fill(7);
const AUDIT_KEY = new Uint8Array(32).fill(8);
const SOON = { timeout: 15_000 };
const DESK = {
  client: 'consent-desk',
  purpose: 'rights.handling',
  headers: { 'x-actor': 'op_1' },
} as const;

const PEOPLE = `${HEADER}
  type Query { user(id: ID!): User }
  type User @key(fields: "id") @personal(subject: ["id"]) {
    id: ID!
    email: String @personal(category: "contact.email")
    name: String @personal(category: "identity.name")
  }`;

const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

/** The operations that the page shows, by their names. */
const page = await readFile('docs/rights.md', 'utf8');
const examples = new Map(
  [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
    parse(text).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name !== undefined
        ? [[definition.name.value, text] as const]
        : [],
    ),
  ),
);

const self = (id: string): Omit<TestRequest, 'query'> => ({
  client: 'my-page',
  purpose: 'rights.access',
  headers: { 'x-end-user': id },
});

const example = (name: string): string => {
  const text = examples.get(name);
  if (text === undefined) throw new Error(`docs/rights.md has no operation ${name}.`);
  return text;
};

/** The legal department under a ground that names this person. */
const warrant = (subject: string): Omit<TestRequest, 'query'> => ({
  client: 'legal',
  purpose: 'disclosure.authority',
  headers: {
    'x-recipient': 'authority',
    'x-ground': JSON.stringify({
      kind: 'authority',
      reference: 'warrant 7',
      expires: Date.now() + 60_000,
      subjects: [subject],
    }),
  },
});

const nodeSchema = z.looseObject({ recipient: z.string(), coordinates: z.array(z.string()).optional() });
const connectionSchema = z.object({ edges: z.array(z.object({ node: nodeSchema })) });
const disclosureSchema = z.object({
  dataSubject: z.looseObject({
    suspended: z.boolean(),
    consentRecords: z.array(z.looseObject({ event: z.string() })),
    requests: z.array(z.looseObject({ kind: z.string(), state: z.string() })),
    accesses: connectionSchema,
    provisions: connectionSchema,
  }),
});
type Disclosure = z.infer<typeof disclosureSchema>['dataSubject'];

const places = [
  { name: 'PGlite', options: async () => ({ dataDir: await freshDataDir() }) },
  ...(postgres === null
    ? []
    : [{ name: 'PostgreSQL', options: async () => ({ databaseUrl: await postgres.createDatabase() }) }]),
];

describe.each(places)('the rights of people, with their consents in $name', ({ options }) => {
  const resources = new AsyncDisposableStack();
  let gateway: TestGateway;
  let database: ConsentDatabase;
  let redis: Redis;
  let alice: string;
  let bob: string;
  let count = 0;

  beforeAll(async () => {
    const server = await startRedis();
    resources.defer(server.stop);
    redis = new Redis(server.url);
    resources.defer(() => redis.disconnect());
    const people = await serveGraphql({
      schema: buildSubgraphSchema({
        typeDefs: parse(PEOPLE),
        resolvers: {
          Query: {
            user: (_: unknown, { id }: { id: string }) => ({
              id,
              email: `${id}@example.com`,
              name: 'Hanako',
            }),
          },
        },
      }),
      host: '127.0.0.1',
      port: 0,
      mostBodyBytes: 100_000,
    });
    resources.defer(people.stop);
    const consent = await startConsentSubgraph({
      port: 0,
      host: '127.0.0.1',
      callerKey: KEY,
      auditKey: AUDIT_KEY,
      redisUrl: server.url,
      cacheKeySecret: KEY,
      ...(await options()),
      prepare: async (opened) => {
        database = opened;
        await Promise.resolve();
      },
    });
    resources.defer(consent.stop);
    const typeDefs = parse(await readFile('subgraphs/consent/schema.graphql', 'utf8'));
    const { supergraphSdl = '' } = composeServices([
      { name: 'consent', url: consent.url, typeDefs },
      { name: 'people', url: people.url, typeDefs: parse(PEOPLE) },
    ]);
    gateway = await startGateway({
      // Another one than what `override` has it serve.
      subgraphs: [{ name: 'unused', typeDefs: 'type Query { x: Int }' }],
      override: {
        supergraph: { sdl: supergraphSdl },
        auditKey: AUDIT_KEY,
        consent: {
          url: consent.url,
          callerKey: KEY,
          redis: { url: server.url, keySecret: KEY },
          timeoutMs: 10_000,
        },
      },
    });
    resources.defer(gateway.close);
  });
  afterAll(async () => await resources.disposeAsync());

  const send = async (request: TestRequest): Promise<TestAnswer> => {
    const answer = await gateway.send(request);
    expect(answer.errors).toEqual([]);
    return answer;
  };

  const disclosed = async (subject: string, caller = self(subject)): Promise<Disclosure> => {
    const answer = await send({ ...caller, query: example('Disclosure'), variables: { subject } });
    return disclosureSchema.parse(answer.data).dataSubject;
  };

  /** What was shown of the person's account, as they are told: recipients and fields. */
  const told = async (subject: string): Promise<readonly string[]> =>
    (await disclosed(subject)).accesses.edges
      .filter(({ node }) => node.coordinates?.some((each) => each.startsWith('User.')))
      .map(({ node }) => `${node.recipient} ${node.coordinates?.join(' ')}`);

  const show = async (subject: string, request: Omit<TestRequest, 'query'>): Promise<unknown> => {
    const id = subject.replace('user:', '');
    const answer = await send({
      ...request,
      query: '{ user(id: $id) { id email } }'.replace('$id', `"${id}"`),
    });
    return z.object({ user: z.looseObject({ email: z.string().nullable() }) }).parse(answer.data).user.email;
  };

  const PANEL = {
    client: 'survey-panel',
    purpose: 'agreed.survey_panel',
    headers: { 'x-recipient': 'third_party.acme' },
  } as const;

  const usesService = async (...people: readonly string[]): Promise<void> => {
    for (const subject of people) {
      await send({
        ...DESK,
        query: 'mutation ($s: ID!) { recordServiceUse(subject: $s) { recordId } }',
        variables: { s: subject },
      });
    }
  };

  const newPeople = async (): Promise<void> => {
    count += 1;
    alice = `user:u_a${count}`;
    bob = `user:u_b${count}`;
    await usesService(alice, bob);
    await send({
      ...self(alice),
      query:
        'mutation ($s: ID!) { grantConsent(subject: $s, purpose: "agreed.survey_panel") { effectiveInMs } }',
      variables: { s: alice },
    });
  };

  it('a person is told what was provided to third parties, by which consent or ground, and nobody else is', async () => {
    await newPeople();
    expect(await show(alice, PANEL)).toBe(`${alice.slice(5)}@example.com`);
    // Who did not agree is not shown, and it is no provision.
    expect(await show(bob, PANEL)).not.toContain('example.com');
    expect(await show(alice, warrant(alice))).toBe(`${alice.slice(5)}@example.com`);
    await expect
      .poll(async () => await told(alice), SOON)
      .toEqual(['authority User.email', 'third_party.acme User.email']);
    const { provisions, consentRecords } = await disclosed(alice);
    const { data } = await send({
      ...self(alice),
      query: 'query ($s: ID!) { dataSubject(id: $s) { consentRecords { recordId event } } }',
      variables: { s: alice },
    });
    const given = z
      .object({
        dataSubject: z.object({
          consentRecords: z.array(z.object({ recordId: z.string(), event: z.string() })),
        }),
      })
      .parse(data)
      .dataSubject.consentRecords.find(({ event }) => event === 'GIVEN');
    expect(consentRecords.map(({ event }) => event)).toEqual(['SERVICE_USED', 'GIVEN']);
    const expected = {
      at: expect.any(String),
      categories: ['contact.email'],
      consentRecordId: null,
      ground: null,
    };
    expect(provisions.edges.map(({ node }) => node)).toEqual([
      {
        ...expected,
        recipient: 'authority',
        recipientKind: 'AUTHORITY',
        lawfulBasis: 'ground',
        // Which case it was is for the desk to tell.
        ground: { kind: 'authority', reference: null },
      },
      {
        ...expected,
        recipient: 'third_party.acme',
        recipientKind: 'THIRD_PARTY',
        lawfulBasis: 'consent',
        consentRecordId: given?.recordId,
      },
    ]);
    const bobs = await disclosed(bob);
    expect(bobs.provisions.edges).toEqual([]);
    expect(await told(bob)).toEqual([]);
  });

  it('a person asks by their own page, the desk takes it up and fulfils it, and use is suspended', async () => {
    await newPeople();
    const ask = { ...self(alice), query: example('Ask'), variables: { subject: alice } };
    const asked = z
      .object({
        submitRightsRequest: z.object({
          effectiveInMs: z.number(),
          request: z.object({ id: z.string(), state: z.literal('RECEIVED'), dueAt: z.iso.datetime() }),
        }),
      })
      .parse((await send(ask)).data).submitRightsRequest;
    expect((await send(ask)).data).toEqual({ submitRightsRequest: asked });
    const { id } = asked.request;
    const queue = await send({ ...DESK, query: example('Queue') });
    const entry = { id, kind: 'SUSPENSION', state: 'RECEIVED', dueAt: asked.request.dueAt };
    expect(queue.data).toEqual({
      rightsRequests: expect.arrayContaining([{ ...entry, subject: { id: alice } }]),
    });
    const step = async (name: 'TakeUp' | 'Fulfill'): Promise<unknown> =>
      (await send({ ...DESK, query: example(name), variables: { subject: alice, id } })).data;
    expect(await step('TakeUp')).toEqual({ startRightsRequest: { at: expect.any(String) } });
    expect(await show(alice, PANEL)).toContain('example.com');
    expect(await step('Fulfill')).toEqual({ fulfillRightsRequest: { effectiveInMs: 0 } });
    expect(await show(alice, PANEL)).not.toContain('example.com');
    expect(await step('TakeUp')).toEqual({ startRightsRequest: { request: { state: 'FULFILLED' } } });
    const { suspended, requests } = await disclosed(alice);
    expect(suspended).toBe(true);
    expect(requests).toEqual([
      expect.objectContaining({
        kind: 'SUSPENSION',
        state: 'FULFILLED',
        steps: [
          expect.objectContaining({ state: 'RECEIVED', note: 'Please stop using my data.' }),
          expect.objectContaining({ state: 'IN_PROGRESS', note: null }),
          expect.objectContaining({ state: 'FULFILLED', note: 'Suspended, and told by post.' }),
        ],
      }),
    ]);
    expect(gateway.logged()).not.toMatch(/stop using|told by post/u);
    expect(gateway.audited().join('')).not.toMatch(/stop using|told by post/u);
  });

  it('a request is nobody else’s to read, to write or to decide', async () => {
    await newPeople();
    const { data } = await send({ ...self(alice), query: example('Ask'), variables: { subject: alice } });
    const id = /"id":"([^"]+)"/u.exec(JSON.stringify(data))?.[1];
    const variables = { subject: alice, id };
    const codesOf = async (
      request: Omit<TestRequest, 'query' | 'variables'>,
      name: string,
    ): Promise<unknown> => {
      const answer = await gateway.send({ ...request, query: example(name), variables });
      expect(answer.text).not.toMatch(/stop using|RECEIVED|"id":/u);
      return answer.errors.map(({ extensions }) => extensions['code']);
    };
    expect(await codesOf(self(bob), 'Ask')).toEqual(['CONSENT_WRITE_FORBIDDEN']);
    for (const name of ['TakeUp', 'Fulfill']) {
      expect(await codesOf(self(alice), name)).toEqual(['CONSENT_WRITE_FORBIDDEN']);
      expect(await codesOf({ client: 'support-desk', purpose: 'service.support' }, name)).toEqual([
        'CONSENT_WRITE_FORBIDDEN',
      ]);
    }
    for (const request of [
      self(bob),
      { ...self(alice), purpose: 'service.provision' },
      { ...DESK, purpose: 'service.support' },
      { client: 'support-desk', purpose: 'service.support' },
    ]) {
      expect(new Set(Object(await codesOf(request, 'Disclosure')))).not.toEqual(new Set());
    }
    // That there is something to be answered in time is not personal; whose it is, is.
    const queue = await gateway.send({ ...DESK, purpose: 'service.support', query: example('Queue') });
    expect(queue.text).not.toContain(alice);
    expect(queue.text).toContain('dueAt');
    const foreign = await gateway.send({ ...self(alice), query: example('Queue') });
    expect(foreign.data).toEqual(null);
  });

  it('after an erasure the accesses before it are linked to nobody', async () => {
    await newPeople();
    await show(alice, PANEL);
    await show(alice, warrant(alice));
    await show(bob, warrant(bob));
    await expect.poll(async () => await told(alice), SOON).toHaveLength(2);
    const [before] = await database.select().from(subjectRows).where(eq(subjectRows.id, alice));
    await send({
      ...self(alice),
      query: 'mutation ($s: ID!) { eraseConsents(subject: $s) { effectiveInMs } }',
      variables: { s: alice },
    });
    await usesService(alice);
    expect(await told(alice)).toEqual([]);
    expect((await disclosed(alice, DESK)).provisions.edges).toEqual([]);
    await expect.poll(async () => await redis.xlen(RECORD_STREAM), SOON).toBe(0);
    // Neither does anything tell whose they were that whoever has the tables and the keys could read.
    const keyed = createKeyedReference(AUDIT_KEY);
    const known = (await database.select().from(subjectRows)).flatMap(({ id, reference }) => [
      reference,
      keyed(id),
    ]);
    const lines = await database.select().from(accessRecords);
    const unlinked = lines.filter(({ references }) => references.some((each) => !known.includes(each)));
    expect(unlinked.length).toBeGreaterThanOrEqual(2);
    for (const { references } of unlinked) expect(references).toEqual([before?.reference]);
    expect(await told(bob)).toEqual(['authority User.email']);
    // From now on there is a record again.
    await show(alice, warrant(alice));
    await expect.poll(async () => await told(alice), SOON).toEqual(['authority User.email']);
  });
});
