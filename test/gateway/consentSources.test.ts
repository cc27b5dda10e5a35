import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ConsentUnavailableError,
  loadConsentMapping,
  type ConsentSource,
  type ConsentState,
} from '../../gateway/index.ts';
import type { ConsentOptions } from '../../gateway/consentAccess.ts';
import { startRedis } from '../harness.ts';
import { FOREIGN_MAPPINGS, startForeignConsents } from '../policies/consent/source/foreignConsents.ts';
import { startGateway, type TestGateway, type TestSubgraph } from '../gatewayHarness.ts';

const EMAIL = 'ada@example.com';
const answer = z.object({ person: z.object({ email: z.string() }) });
const MASKED = expect.stringContaining('█') as unknown;

const people: TestSubgraph = {
  name: 'people',
  typeDefs: `
    type Query { person: Person }
    type Person @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      email: String @personal(category: "contact.email")
    }
  `,
  resolvers: { Query: { person: () => ({ id: 'u_1', email: EMAIL }) } },
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(consent: Partial<ConsentOptions>): Promise<TestGateway> {
  const gateway = await startGateway({
    subgraphs: [people],
    override: { consent: { url: null, callerKey: null, redis: null, timeoutMs: 20_000, ...consent } },
  });
  closing.push(gateway.close);
  return gateway;
}

/** The e-mail address, as a client gets it that sends what the person asked to be told of. */
async function emailFrom({ send }: TestGateway): Promise<string> {
  const { data } = await send({
    query: '{ person { email } }',
    client: 'mail-campaign',
    purpose: 'marketing.recommendation',
  });
  return answer.parse(data).person.email;
}

const stateOf = (subject: string, entries: ConsentState['entries']): ConsentState => ({
  subject,
  suspended: false,
  lastServiceUse: Date.now(),
  collectionMethods: [],
  entries,
  reference: null,
});

describe('a source of one’s own', () => {
  it('is read in place of a URL, and closed with the gateway', async () => {
    let given = true;
    let closed = 0;
    const source: ConsentSource = {
      read: async (subjects) => {
        await Promise.resolve();
        const at = Date.now();
        const entry = { purpose: 'marketing.recommendation', recipient: null, at, expiresAt: null };
        return {
          leaseMs: 0,
          states: subjects.map((subject) =>
            stateOf(subject, [{ ...entry, state: given ? 'GIVEN' : 'WITHDRAWN' }]),
          ),
        };
      },
      close: async () => await Promise.resolve(void (closed += 1)),
    };
    const gateway = await start({ source });
    expect(await emailFrom(gateway)).toBe(EMAIL);
    given = false;
    expect(await emailFrom(gateway)).toEqual(MASKED);
    expect(closed).toBe(0);
    await closing.pop()?.();
    expect(closed).toBe(1);
  });

  it('opens nothing by failing or by answering what is not of the form, and is quoted in no log', async () => {
    const answers: (() => unknown)[] = [
      () => {
        throw new ConsentUnavailableError('user:u_1 is nobody');
      },
      () => ({ leaseMs: 0, states: [{ subject: 'user:u_1', everything: 'allowed' }] }),
    ];
    let next = answers[0];
    const source: ConsentSource = {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what no type keeps it from
      read: async () => (await Promise.resolve(next?.())) as Awaited<ReturnType<ConsentSource['read']>>,
      close: async () => await Promise.resolve(),
    };
    const gateway = await start({ source });
    for (const each of answers) {
      next = each;
      expect(await emailFrom(gateway)).toEqual(MASKED);
    }
    expect(gateway.logged()).toContain('consent states could not be read');
    expect(gateway.logged()).not.toContain('u_1');
  });
});

describe('a system that speaks JSON of its own', () => {
  it('is asked and understood as a mapping file says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sudare-'));
    closing.push(async () => await rm(folder, { recursive: true }));
    const file = join(folder, 'consents.yaml');
    await writeFile(file, FOREIGN_MAPPINGS['a list in a body']);
    const foreign = await startForeignConsents();
    closing.push(foreign.stop);
    foreign.record('u_1', 'granted');
    const gateway = await start({
      url: foreign.url,
      callerKey: new Uint8Array(32).fill(1),
      mapping: await loadConsentMapping(file, { FOREIGN_TOKEN: 'foreign-token' }),
    });
    expect(await emailFrom(gateway)).toBe(EMAIL);
    foreign.record('u_1', 'revoked');
    expect(await emailFrom(gateway)).toEqual(MASKED);
    foreign.distort((_, said) => ({ ...said, frozen: 'perhaps' }));
    foreign.record('u_1', 'granted');
    expect(await emailFrom(gateway)).toEqual(MASKED);
    // A token for ours would open everybody's states there.
    expect(foreign.requests.every(({ headers }) => headers['x-sudare-caller'] === undefined)).toBe(true);
    expect(gateway.logged()).not.toMatch(/u_1|foreign-token/);
  });
});

describe('300 requests at once for one cold subject', () => {
  it.each([
    { name: 'with Redis', leaseMs: 30_000 },
    { name: 'with Redis and a source that lets nobody keep anything', leaseMs: 0 },
  ])('make a handful of reads, $name', async ({ leaseMs }) => {
    const redis = await startRedis();
    closing.push(redis.stop);
    const foreign = await startForeignConsents();
    closing.push(foreign.stop);
    foreign.record('u_1', 'granted');
    foreign.delay(500);
    const mapping = FOREIGN_MAPPINGS['a call for each'].replace(
      'form: one',
      `form: one, leaseMs: ${leaseMs}`,
    );
    const folder = await mkdtemp(join(tmpdir(), 'sudare-'));
    closing.push(async () => await rm(folder, { recursive: true }));
    await writeFile(join(folder, 'consents.yaml'), mapping);
    const gateway = await start({
      url: foreign.url,
      mapping: await loadConsentMapping(join(folder, 'consents.yaml'), {}),
      redis: { url: redis.url, keySecret: new Uint8Array(32).fill(2) },
    });
    const started = performance.now();
    const emails = await Promise.all(Array.from({ length: 300 }, async () => await emailFrom(gateway)));
    expect(new Set(emails)).toEqual(new Set([EMAIL]));
    // One read after the other while requests come in, or where nothing may be kept, till the last has come.
    const reads = foreign.requests.length;
    expect(reads).toBeLessThanOrEqual((performance.now() - started) / 500 + 2);
    if (leaseMs > 0) expect(reads).toBeLessThan(5);
  });
});
