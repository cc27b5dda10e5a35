import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../subgraphs/consent/database.ts';
import type { OpenDatabase } from '../../../subgraphs/consent/database.ts';
import type { EventDraft } from '../../../subgraphs/consent/eventDraft.ts';
import { appendEvent, readEvents } from '../../../subgraphs/consent/events.ts';
import { startPostgres } from './startPostgres.ts';
import { freshDataDir } from '../../freshDataDir.ts';

const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

const DRAFT: EventDraft = {
  eventState: 'GIVEN',
  purpose: 'marketing',
  recipient: null,
  validityDays: null,
  policyRevision: '2020-05-08',
  collectionMethod: 'web_form',
  client: 'my-page',
  actor: 'user:u_1',
};

const stores = [
  { name: 'PGlite', open: async () => await openDatabase({ dataDir: await freshDataDir() }) },
  ...(postgres === null
    ? []
    : [
        {
          name: 'PostgreSQL',
          open: async () => await openDatabase({ databaseUrl: await postgres.createDatabase() }),
        },
      ]),
];

describe.each(stores)('$name', ({ open }) => {
  let store: OpenDatabase;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(async () => await store.close());

  const append = async (subject: string, draft: EventDraft, now: number) =>
    await store.database.transaction(
      async (transaction) => await appendEvent(transaction, subject, draft, now),
    );

  const historyOf = async (subject: string) =>
    (await readEvents(store.database, [subject])).get(subject) ?? [];

  test('puts every field on record', async () => {
    const draft = { ...DRAFT, recipient: 'third_party.acme', validityDays: 30 };
    const event = await append('user:fields', draft, 1_700_000_000_123);
    expect(await historyOf('user:fields')).toEqual([event]);
    expect(event).toMatchObject({
      recordId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      piiPrincipalId: 'user:fields',
      purpose: 'marketing',
      recipient: 'third_party.acme',
      lawfulBasis: 'consent',
      eventState: 'GIVEN',
      eventTime: new Date(1_700_000_000_123),
      validityDuration: 'P30D',
      policyRevision: '2020-05-08',
      collectionMethod: 'web_form',
      client: 'my-page',
      actor: 'user:u_1',
    });
  });

  test('keeps the order of writing, with times that only rise, whatever the clock does', async () => {
    for (const [index, now] of [5_000, 5_000, 1_000, 6_000].entries()) {
      await append('user:clock', { ...DRAFT, purpose: `p${index}` }, now);
    }
    const times = (await historyOf('user:clock')).map((event) => event.eventTime.getTime());
    expect(times).toEqual([5_000, 5_001, 5_002, 6_000]);
  });

  test('lets writers of one subject in one after the other', async () => {
    await Promise.all(
      Array.from(
        { length: 25 },
        async (_, index) => await append('user:busy', { ...DRAFT, purpose: `p${index}` }, 1_000),
      ),
    );
    const times = (await historyOf('user:busy')).map((event) => event.eventTime.getTime());
    expect(times).toEqual(Array.from({ length: 25 }, (_, index) => 1_000 + index));
  });

  test('writes once what is said once, also when asked for at the same time', async () => {
    const events = await Promise.all(
      Array.from({ length: 10 }, async () => await append('user:once', DRAFT, 1_000)),
    );
    expect(new Set(events.map((event) => event.recordId)).size).toBe(1);
    expect(await historyOf('user:once')).toHaveLength(1);
  });

  test('writes nothing where the transaction fails', async () => {
    const failing = store.database.transaction(async (transaction) => {
      await appendEvent(transaction, 'user:failed', DRAFT, 1_000);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await historyOf('user:failed')).toEqual([]);
  });

  test('reads many subjects at once, each its own, and the unknown as empty', async () => {
    const subjects = Array.from({ length: 1_000 }, (_, index) => `user:many_${index}`);
    await append('user:many_7', { ...DRAFT, purpose: 'p7' }, 1_000);
    await append('user:many_8', { ...DRAFT, purpose: 'p8' }, 1_000);
    const histories = await readEvents(store.database, subjects);
    expect([...histories.keys()]).toEqual(subjects);
    expect(histories.get('user:many_7')?.map((event) => event.purpose)).toEqual(['p7']);
    expect([...histories.values()].flat()).toHaveLength(2);
    expect((await readEvents(store.database, [])).size).toBe(0);
  });

  test.each([
    { name: 'update', statement: sql`update consent_events set event_state = 'GIVEN'` },
    { name: 'delete', statement: sql`delete from consent_events` },
    { name: 'truncate', statement: sql`truncate consent_events` },
  ])('refuses to $name what is on record', async ({ statement }) => {
    await append('user:kept', { ...DRAFT, eventState: 'WITHDRAWN' }, 1_000);
    const before = await historyOf('user:kept');
    await expect(store.database.execute(statement)).rejects.toThrow();
    expect(await historyOf('user:kept')).toEqual(before);
  });

  test.each([
    { name: 'a consent without a purpose', draft: { ...DRAFT, purpose: null } },
    { name: 'a suspension of one purpose', draft: { ...DRAFT, eventState: 'SUSPENDED' as const } },
    { name: 'a validity of no days', draft: { ...DRAFT, validityDays: 0 } },
  ])('refuses $name', async ({ draft }) => {
    await expect(append('user:wrong', draft, 1_000)).rejects.toThrow();
    expect(await historyOf('user:wrong')).toEqual([]);
  });
});
