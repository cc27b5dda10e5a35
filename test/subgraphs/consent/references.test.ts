import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GATEWAY_CLIENT } from '../../../policies/consent/callerToken.ts';
import type { ConsentDatabase } from '../../../subgraphs/consent/database.ts';
import { openDatabase } from '../../../subgraphs/consent/database.ts';
import { readStates } from '../../../subgraphs/consent/readStates.ts';
import { startConsentSubgraph } from '../../../subgraphs/consent/startConsentSubgraph.ts';
import { subjects } from '../../../subgraphs/consent/tables.ts';
import type { RunningServer } from '../../../subgraphs/serveGraphql.ts';
import { askConsent, CALLER_KEY } from './askConsent.ts';
import { startPostgres } from './startPostgres.ts';
import { freshDataDir } from '../../freshDataDir.ts';

const statesSchema = z.object({
  _consentStates: z.object({ states: z.array(z.object({ reference: z.string().nullable() })) }),
});

const REFERENCE = /^[\w-]{22}$/;

const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

const never = (error: unknown): void => {
  throw new Error('Expected no failure.', { cause: error });
};

/** The database, with every statement that it is sent. */
function watched(database: ConsentDatabase): {
  readonly database: ConsentDatabase;
  readonly reads: () => number;
} {
  let reads = 0;
  return {
    database: new Proxy(database, {
      get: (target, name, receiver) => {
        if (name === 'select' || name === 'execute' || name === 'transaction') reads += 1;
        return Reflect.get(target, name, receiver) as unknown;
      },
    }),
    reads: () => reads,
  };
}

const stores = [
  { name: 'PGlite', options: async () => ({ dataDir: await freshDataDir() }) },
  ...(postgres === null
    ? []
    : [{ name: 'PostgreSQL', options: async () => ({ databaseUrl: await postgres.createDatabase() }) }]),
];

describe.each(stores)('on $name', ({ options }) => {
  let server: RunningServer;
  let database: ConsentDatabase;
  let failures: unknown[];

  beforeAll(async () => {
    server = await startConsentSubgraph({
      host: '127.0.0.1',
      port: 0,
      callerKey: CALLER_KEY,
      ...(await options()),
      prepare: async (opened) => {
        database = opened;
        await Promise.resolve();
      },
      onError: (error) => void failures.push(error),
    });
  });
  afterAll(async () => await server.stop());

  /** People of each test's own. */
  let known: string;
  let unknown: string;
  let tests = 0;
  beforeEach(() => {
    failures = [];
    tests += 1;
    known = `user:known_${tests}`;
    unknown = `user:unknown_${tests}`;
  });

  const references = async (ids: readonly string[]): Promise<readonly (string | null)[]> => {
    const text = 'query ($ids: [ID!]!) { _consentStates(subjects: $ids) { states { subject reference } } }';
    const { data } = await askConsent(server.url, { client: GATEWAY_CLIENT }, text, { ids });
    return statesSchema.parse(data)._consentStates.states.map(({ reference }) => reference);
  };
  const write = async (mutation: string, subject: string): Promise<void> => {
    const text = `mutation ($id: ID!) { ${mutation}(subject: $id) { recordId } }`;
    const { codes } = await askConsent(server.url, { endUser: subject }, text, { id: subject });
    expect(codes).toEqual([]);
  };

  test('everybody who is read has a reference, the same each time, and nobody another’s', async () => {
    await write('suspendUse', known);
    const ids = [unknown, known, unknown, `${unknown}_too`];
    const first = await references(ids);
    expect(first).toEqual(ids.map(() => expect.stringMatching(REFERENCE)));
    expect(first[0]).toBe(first[2]);
    expect(new Set(first).size).toBe(3);
    expect(await references(ids)).toEqual(first);
    // Writing does not change it.
    await write('resumeUse', unknown);
    expect(await references(ids)).toEqual(first);
  });

  test('erasure gives another reference', async () => {
    const [before] = await references([known]);
    await write('eraseConsents', known);
    const [after] = await references([known]);
    expect(after).toMatch(REFERENCE);
    expect(after).not.toBe(before);
    const kept = await database.select().from(subjects).where(eq(subjects.id, known));
    expect(JSON.stringify(kept)).not.toContain(String(before));
  });

  test('a thousand new people are put on record at once, also when asked for by several at a time', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `user:n${index}`);
    const answers = await Promise.all([
      references(ids),
      references(ids.toReversed()),
      references(ids.slice(400)),
    ]);
    const [first, second] = answers;
    expect(new Set(first).size).toBe(1_000);
    expect(first).toEqual(first.map(() => expect.stringMatching(REFERENCE)));
    expect(second.toReversed()).toEqual(first);
    expect(failures).toEqual([]);
  });

  test('people on record are read by one statement, with their references', async () => {
    await write('suspendUse', known);
    await write('recordServiceUse', unknown);
    const { database: counting, reads } = watched(database);
    const states = await readStates(counting, [known, unknown], never);
    expect(reads()).toBe(1);
    expect(states).toMatchObject([
      { suspended: true, reference: expect.stringMatching(REFERENCE) },
      { lastServiceUse: expect.any(Number), reference: expect.stringMatching(REFERENCE) },
    ]);
    // One more to put somebody on record, and one to see under which reference they are by now.
    await readStates(counting, [known, `${unknown}_too`], never);
    expect(reads()).toBe(4);
  });

  test.each([
    { name: 'no subject id', id: 'nobody' },
    { name: 'a character that the database refuses', id: 'user:\u0000' },
    { name: 'half a character', id: 'user:\uD800' },
    { name: 'white space', id: 'user:a b' },
  ])('$name costs nobody else their state', async ({ id }) => {
    await write('suspendUse', known);
    const text =
      'query ($ids: [ID!]!) { _consentStates(subjects: $ids) { states { subject suspended reference } } }';
    const { data } = await askConsent(server.url, { client: GATEWAY_CLIENT }, text, {
      ids: [id, known],
    });
    expect(data?.['_consentStates']).toMatchObject({
      states: [
        { subject: id, suspended: false, reference: null },
        { subject: known, suspended: true, reference: expect.stringMatching(REFERENCE) },
      ],
    });
    expect((await database.select().from(subjects)).map((row) => row.id)).not.toContain(
      id.replace('\uD800', '\uFFFD'),
    );
  });

  test('reading succeeds where nobody can be put on record', async () => {
    await write('suspendUse', known);
    await database.execute(
      sql`alter table subjects add constraint full_up check (id not like '%unknown%') not valid`,
    );
    const [first, second] = await references([known, unknown]);
    await database.execute(sql`alter table subjects drop constraint full_up`);
    expect(first).toMatch(REFERENCE);
    expect(second).toBeNull();
    expect(failures).toHaveLength(1);
  });
});

test.each(postgres === null ? [] : [{ name: 'PostgreSQL', postgres }])(
  'on $name: reading does not wait for who is just putting the same person on record',
  async ({ postgres: server }) => {
    const { database, close } = await openDatabase({ databaseUrl: await server.createDatabase() });
    const failures: unknown[] = [];
    const done = Promise.withResolvers<null>();
    const writing = database.transaction(async (transaction) => {
      await transaction.insert(subjects).values({ id: 'user:busy' });
      await done.promise;
    });
    await sleep(200);
    const start = performance.now();
    const states = await readStates(database, ['user:busy'], (error) => void failures.push(error));
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(states.map(({ reference }) => reference)).toEqual([null]);
    await expect.poll(() => failures.length).toBe(1);
    done.resolve(null);
    await writing;
    const [state] = await readStates(database, ['user:busy'], never);
    expect(state?.reference).toMatch(REFERENCE);
    await close();
  },
);
