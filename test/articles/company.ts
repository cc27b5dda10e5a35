import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect } from 'vitest';
import { z } from 'zod';
import { identifyByToken } from '../../gateway/callers/caller.ts';
import { createTokenVerifier } from '../../gateway/callers/verifyToken.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { startConsentSubgraph } from '../../subgraphs/consent/startConsentSubgraph.ts';
import { startGateway, type TestAnswer, type TestState, type TestSubgraph } from '../gatewayHarness.ts';
import { startRedis } from '../harness.ts';
import { startPostgres } from '../subgraphs/consent/startPostgres.ts';
import { freshDataDir } from '../freshDataDir.ts';

/** The policy that is shipped, which the articles are tried on. */
export const POLICY_FILE = 'policies/crowdworks/policy.yaml';

/** Who asks and what for, as a signed token and the headers beside it say. */
export interface Asker {
  readonly client: string;
  readonly purpose?: string;
  readonly recipient?: string;
  /** The verified person, by short id. */
  readonly endUser?: string;
  readonly actor?: string;
  readonly ground?: {
    readonly kind: string;
    readonly reference?: string;
    /** Ms since the epoch; an hour ahead unless told. */
    readonly expires?: number;
    /** Short ids. */
    readonly subjects: readonly string[];
  };
  /** What the request claims besides, which a token does not bear out. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came of one category of one person: `full`, or as `extensions.privacy.masked` says it: `denied OBJECTED`. */
export type Outcomes = Readonly<Record<string, string>>;

/** The company of the policy: people of whom it holds something of every category, and a gateway before them. */
export interface Company {
  readonly policy: Policy;
  /** By person, the outcome of each category. The request must be answered without errors. */
  readonly outcomes: (
    asker: Asker,
    people: readonly string[],
    categories?: readonly string[],
  ) => Promise<Readonly<Record<string, Outcomes>>>;
  readonly send: (asker: Asker, query: string) => Promise<TestAnswer>;
  /** The code that a request is refused with, which must show nothing; `null`: it is not refused. */
  readonly refusal: (asker: Asker) => Promise<unknown>;
  /** The access record's lines about what `ask` does. */
  readonly recorded: (ask: () => Promise<unknown>) => Promise<readonly AccessLine[]>;
  readonly setPolicy: (policy: Policy) => void;
  readonly close: () => Promise<void>;
}

/** What every version of a line of the access record says. */
export type AccessLine = z.infer<typeof accessLine>;

const accessLine = z.object({
  time: z.iso.datetime(),
  client: z.string(),
  recipient: z.string(),
  recipientKind: z.string(),
  purpose: z.string().nullable(),
  ground: z.object({ kind: z.string(), reference: z.string() }).nullable(),
  groups: z.array(
    z.object({
      decision: z.string(),
      reason: z.string(),
      categories: z.array(z.string()),
      subjects: z.array(z.string()).nullable(),
    }),
  ),
});

/**
 * What is known of people's consents: states that a stub gives, by short id, which a test may change; or `kept` by a
 * real consent subgraph, which is then a part of the supergraph.
 */
export type Consents = 'kept' | Readonly<Record<string, TestState>>;

const KEY = new Uint8Array(32).fill(7);
const CHECKS = { issuer: 'https://id.example', audience: 'sudare' };

/** Starts everything on loopback. Callers are known by signed tokens alone. */
export async function startCompany(consents: Consents): Promise<Company> {
  const policy = await loadPolicy(POLICY_FILE);
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sudare-articles-'));
  opened.defer(async () => await rm(folder, { recursive: true, force: true }));
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keyFile = join(folder, 'jwk.json');
  await writeFile(keyFile, JSON.stringify(await exportJWK(publicKey)));
  const identify = identifyByToken(await createTokenVerifier({ keyFile, ...CHECKS }));

  const consent = consents === 'kept' ? await startConsents(opened) : null;
  const gateway = await startGateway({
    policy,
    subgraphs: consent === null ? [holding(policy)] : [holding(policy), await consentSubgraph()],
    states: consents === 'kept' ? {} : new Proxy(consents, { get: (all, id) => all[short(String(id))] }),
    override: {
      identify,
      pseudonymKey: { id: 'k1', secret: KEY },
      ...(consent === null
        ? {}
        : {
            subgraphUrls: new Map([['consent', consent.url]]),
            consent: {
              url: consent.url,
              callerKey: KEY,
              redis: { url: consent.redisUrl, keySecret: KEY },
              timeoutMs: 5_000,
            },
          }),
    },
  });
  opened.defer(gateway.close);

  const tokenOf = async ({ client, endUser, actor, ground }: Asker): Promise<string> =>
    await new SignJWT({
      client_id: client,
      ...(endUser === undefined ? {} : { end_user: subjectOf(endUser) }),
      ...(actor === undefined ? {} : { act: { sub: actor } }),
      ...(ground === undefined
        ? {}
        : {
            ground: { expires: Date.now() + 3_600_000, ...ground, subjects: ground.subjects.map(subjectOf) },
          }),
    })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(CHECKS.issuer)
      .setAudience(CHECKS.audience)
      .setExpirationTime('10m')
      .sign(privateKey);

  const send = async (asker: Asker, query: string): Promise<TestAnswer> =>
    await gateway.send({
      query,
      ...(asker.purpose === undefined ? {} : { purpose: asker.purpose }),
      headers: {
        authorization: `Bearer ${await tokenOf(asker)}`,
        ...(asker.recipient === undefined ? {} : { 'x-recipient': asker.recipient }),
        ...asker.headers,
      },
    });

  const everything = [...policy.categories.keys()];
  const resources = opened.move();
  return {
    policy,
    send,
    async outcomes(asker, people, categories = everything) {
      const answer = await send(asker, queryOf(people, categories));
      expect(answer.errors).toEqual([]);
      return readOutcomes(answer, people, categories);
    },
    async refusal(asker) {
      const { status, data, errors } = await send(asker, queryOf(['anybody'], everything));
      if (status === 200) return null;
      expect(data ?? null).toBeNull();
      return errors[0]?.extensions['code'];
    },
    async recorded(ask) {
      const before = gateway.audited().length;
      await ask();
      return gateway
        .audited()
        .slice(before)
        .map((line) => accessLine.parse(JSON.parse(line)));
    },
    setPolicy: gateway.setPolicy,
    close: async () => await resources.disposeAsync(),
  };
}

/**
 * With a Redis, by which the access record comes to the consent subgraph, and on a PostgreSQL where there is one, which
 * starts sooner than the embedded database.
 */
async function startConsents(
  opened: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly redisUrl: string }> {
  const redis = await startRedis();
  opened.defer(redis.stop);
  const postgres = await startPostgres();
  if (postgres !== null) opened.defer(postgres.stop);
  const databaseUrl = await postgres?.createDatabase();
  const { url, stop } = await startConsentSubgraph({
    port: 0,
    host: '127.0.0.1',
    callerKey: KEY,
    redisUrl: redis.url,
    cacheKeySecret: KEY,
    ...(databaseUrl === undefined ? { dataDir: await freshDataDir() } : { databaseUrl }),
  });
  opened.defer(stop);
  return { url, redisUrl: redis.url };
}

/** A full subject id. */
export function subjectOf(person: string): string {
  return `user:${person}`;
}

/** Who may declare a purpose for a recipient by the policy's registry. Throws where nobody may. */
export function whoAsks(policy: Policy, purpose: string, recipient: string): Asker {
  const client = [...policy.clients.values()].find(
    ({ purposes, recipients }) =>
      recipients.includes(recipient) && purposes.some((key) => `${purpose}.`.startsWith(`${key}.`)),
  );
  if (client === undefined) throw new Error(`No client may declare ${purpose} for ${recipient}.`);
  return { client: client.id, purpose, recipient };
}

/** What a map of the policy says of a dotted key: its own entry, or that of the nearest key above it. */
export function stated<Value>(entries: ReadonlyMap<string, Value>, key: string): Value | undefined {
  const above = [...entries.keys()].filter((each) => `${key}.`.startsWith(`${each}.`));
  const [nearest] = above.toSorted((a, b) => b.length - a.length);
  return nearest === undefined ? undefined : entries.get(nearest);
}

function short(subject: string): string {
  return subject.replace(/^user:/, '');
}

function canary(person: string, category: string): string {
  return `canary ${category} of ${person}.`;
}

function fieldOf(category: string): string {
  return category.replaceAll('.', '_');
}

/** One type with a field for each category that the policy has, so that none can be forgotten. */
function holding({ categories }: Policy): TestSubgraph {
  const keys = [...categories.keys()];
  return {
    name: 'people',
    typeDefs: `
      type Query { people(ids: [ID!]!): [Person!]! }
      type Person @key(fields: "id") @personal(subject: ["id"]) {
        id: ID!
        ${keys.map((key) => `${fieldOf(key)}: String @personal(category: "${key}")`).join('\n')}
      }
    `,
    resolvers: {
      Query: {
        people: (_: unknown, { ids }: { ids: readonly string[] }) =>
          ids.map((id) => ({
            id,
            ...Object.fromEntries(keys.map((key) => [fieldOf(key), canary(id, key)])),
          })),
      },
    },
  };
}

/** For its part of the supergraph alone: it is served elsewhere. */
async function consentSubgraph(): Promise<TestSubgraph> {
  return {
    name: 'consent',
    header: '',
    typeDefs: await readFile('subgraphs/consent/schema.graphql', 'utf8'),
  };
}

function queryOf(people: readonly string[], categories: readonly string[]): string {
  return `{ people(ids: ${JSON.stringify(people)}) { id ${categories.map(fieldOf).join(' ')} } }`;
}

const shownSchema = z.object({ people: z.array(z.record(z.string(), z.string().nullable())) });
const privacySchema = z.object({
  masked: z.array(
    z.object({ path: z.string(), rows: z.array(z.string()), decision: z.string(), reason: z.string() }),
  ),
});

/** Values and report must say the same: in full exactly where nothing is reported, and else nothing of the value. */
function readOutcomes(
  answer: TestAnswer,
  people: readonly string[],
  categories: readonly string[],
): Readonly<Record<string, Outcomes>> {
  const rows = shownSchema.parse(answer.data).people;
  const { masked } = privacySchema.parse(answer.extensions['privacy']);
  const outcome = (row: number, person: string, category: string): string => {
    const path = `people[].${fieldOf(category)}`;
    const entry = masked.find((each) => each.path === path && each.rows.some((range) => holds(range, row)));
    const value = rows[row]?.[fieldOf(category)];
    if (entry === undefined) {
      expect(value).toBe(canary(person, category));
      return 'full';
    }
    expect(answer.text).not.toContain(canary(person, category));
    return `${entry.decision} ${entry.reason}`;
  };
  return Object.fromEntries(
    people.map((person, row) => [
      person,
      Object.fromEntries(categories.map((category) => [category, outcome(row, person, category)])),
    ]),
  );
}

/** `2-5` holds 3. */
function holds(range: string, row: number): boolean {
  const [first = '', last = first] = range.split('-');
  return Number(first) <= row && row <= Number(last);
}
