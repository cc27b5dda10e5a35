import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGeneration } from '../../gateway/generation.ts';
import { GATEWAY_CLIENT } from '../../policies/consent/callerToken.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { startConsentSubgraph } from '../../subgraphs/consent/startConsentSubgraph.ts';
import type { RunningServer } from '../../subgraphs/serveGraphql.ts';
import { smallPolicy } from '../policies/smallPolicy.ts';
import { composeTest, startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';
import { freshDataDir } from '../freshDataDir.ts';

const STATES = 'type ConsentStates @inaccessible { leaseMs: Int! }';
const PROTOCOL = `${STATES} type Query { a: Int _consentStates(subjects: [ID!]!): ConsentStates! @inaccessible }`;
const AT_CONSENT = new Map([['consent', 'http://127.0.0.1:9/graphql']]);
const PEOPLE: TestSubgraph = {
  name: 'people',
  typeDefs: 'type Query { b: Int } type Mutation { rename: Int both: Int @shareable }',
};

const consent = (typeDefs: string, name = 'consent'): TestSubgraph => ({ name, typeDefs });

/** The names and mutations of the consent system in a supergraph. */
function found(subgraphs: readonly TestSubgraph[], consentUrl: string | null) {
  const { consentSubgraphs, consentMutations } = buildGeneration({
    supergraphSdl: composeTest(subgraphs, AT_CONSENT),
    policy: smallPolicy(),
    subgraphUrls: new Map(),
    buildService: () => ({ process: async () => await Promise.reject(new Error('not asked')) }),
    consentUrl,
    maxPrepared: 1,
  });
  return { names: [...consentSubgraphs].toSorted(), mutations: [...consentMutations].toSorted() };
}

describe('the consent system’s own subgraphs', () => {
  const grants = 'type Mutation { grant: Int both: Int @shareable }';
  const rows: readonly {
    name: string;
    subgraphs: readonly TestSubgraph[];
    consentUrl: string | null;
    expected: { names: readonly string[]; mutations: readonly string[] };
  }[] = [
    {
      name: 'are known by the protocol that they speak, wherever consents are read',
      subgraphs: [consent(`${PROTOCOL} ${grants}`), PEOPLE],
      consentUrl: 'http://localhost:9/graphql',
      expected: { names: ['consent'], mutations: ['both', 'grant'] },
    },
    {
      name: 'are known by it where no consents are read',
      subgraphs: [consent(`${PROTOCOL} ${grants}`), PEOPLE],
      consentUrl: null,
      expected: { names: ['consent'], mutations: ['both', 'grant'] },
    },
    {
      name: 'are known by it where they are the whole supergraph',
      subgraphs: [consent(`${PROTOCOL} ${grants}`)],
      consentUrl: null,
      expected: { names: ['consent'], mutations: ['both', 'grant'] },
    },
    {
      name: 'are known by their address where their schema leaves the protocol out',
      subgraphs: [consent(`type Query { a: Int } ${grants}`), PEOPLE],
      consentUrl: 'http://127.0.0.1:9/graphql',
      expected: { names: ['consent'], mutations: ['both', 'grant'] },
    },
    {
      name: 'are known by their address however it is spelled',
      subgraphs: [consent(`type Query { a: Int } ${grants}`), PEOPLE],
      consentUrl: 'HTTP://127.0.0.1:9/x/../graphql',
      expected: { names: ['consent'], mutations: ['both', 'grant'] },
    },
    {
      name: 'may be several: by the protocol and by the address',
      subgraphs: [
        consent(`type Query { a: Int } ${grants}`),
        consent(`${PROTOCOL.replace('a: Int', 'c: Int')} type Mutation { erase: Int }`, 'registry'),
        PEOPLE,
      ],
      consentUrl: 'http://127.0.0.1:9/graphql',
      expected: { names: ['consent', 'registry'], mutations: ['both', 'erase', 'grant'] },
    },
    {
      name: 'may be several: each that resolves the protocol’s field',
      subgraphs: ['consent', 'registry'].map((name) =>
        consent(
          `type ConsentStates @shareable @inaccessible { leaseMs: Int! }
           type Query { _consentStates(subjects: [ID!]!): ConsentStates! @inaccessible @shareable ${name}: Int }
           type Mutation { ${name}Grant: Int }`,
          name,
        ),
      ),
      consentUrl: null,
      expected: { names: ['consent', 'registry'], mutations: ['consentGrant', 'registryGrant'] },
    },
    {
      name: 'may write nothing',
      subgraphs: [consent(PROTOCOL)],
      consentUrl: null,
      expected: { names: ['consent'], mutations: [] },
    },
    {
      name: 'are none where consents are elsewhere',
      subgraphs: [consent(`type Query { a: Int } ${grants}`), PEOPLE],
      consentUrl: 'http://127.0.0.1:8/graphql',
      expected: { names: [], mutations: [] },
    },
    {
      name: 'are none by a field of that name on another type',
      subgraphs: [consent(`type Query { a: A } type A { _consentStates: Int } ${grants}`), PEOPLE],
      consentUrl: null,
      expected: { names: [], mutations: [] },
    },
  ];
  it.each(rows)('$name', ({ subgraphs, consentUrl, expected }) => {
    expect(found(subgraphs, consentUrl)).toEqual(expected);
  });
});

describe('a gateway before the consent subgraph', () => {
  const KEY = new Uint8Array(32).fill(7);
  const GRANT =
    'mutation { grantConsent(subject: "user:u_2", purpose: "marketing.recommendation") { effectiveInMs } }';
  let server: RunningServer;
  let supergraph: string;
  beforeAll(async () => {
    server = await startConsentSubgraph({
      port: 0,
      host: '127.0.0.1',
      callerKey: KEY,
      dataDir: await freshDataDir(),
    });
    const typeDefs = parse(await readFile('subgraphs/consent/schema.graphql', 'utf8'));
    supergraph = composeServices([{ name: 'consent', url: server.url, typeDefs }]).supergraphSdl ?? '';
  });
  afterAll(async () => await server.stop());

  const start = async (
    callerKey: Uint8Array | null,
    host = '127.0.0.1',
    policy?: Policy,
  ): Promise<TestGateway> =>
    await startGateway({
      ...(policy === undefined ? {} : { policy }),
      // Another one than what `override` has it serve.
      subgraphs: [{ name: 'unused', typeDefs: 'type Query { x: Int }' }],
      override: {
        supergraph: { sdl: supergraph },
        consent: { url: server.url.replace('127.0.0.1', host), callerKey, redis: null, timeoutMs: 3_000 },
      },
    });

  it.each(['127.0.0.1', 'localhost'])(
    'guards its mutations and says who is calling, where consents are read from %s',
    async (host) => {
      const gateway = await start(KEY, host);
      try {
        const refused = await gateway.send({ client: 'mail-campaign', query: GRANT });
        expect([refused.status, refused.errors[0]?.extensions['code']]).toEqual([
          403,
          'CONSENT_WRITE_FORBIDDEN',
        ]);
        const written = await gateway.send({ client: 'consent-desk', query: GRANT });
        expect(written.data).toEqual({ grantConsent: { effectiveInMs: 0 } });
      } finally {
        await gateway.close();
      }
    },
  );

  it('lends its own name to no client', async () => {
    const policy = await loadPolicy('policies/crowdworks/policy.yaml');
    const desk = policy.clients.get('consent-desk');
    if (desk === undefined) throw new Error('Expected the client.');
    const clients = new Map(policy.clients).set(GATEWAY_CLIENT, { ...desk, id: GATEWAY_CLIENT });
    const gateway = await start(KEY, '127.0.0.1', { ...policy, clients });
    try {
      const { data } = await gateway.send({ client: GATEWAY_CLIENT, query: GRANT });
      expect(data).toBeNull();
    } finally {
      await gateway.close();
    }
  });

  it('does not start without the key that its calls are signed with, and says what to set', async () => {
    await expect(start(null)).rejects.toThrow(
      /"consent".*expected the key.*SUDARE_CALLER_KEY.*`keys\.caller: \{ file: … \}` in sudare\.yaml.*consent\.callerKey/is,
    );
  });
});
