import { eq, like, sql, TransactionRollbackError } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { ConsentDatabase } from '../../../../subgraphs/consent/database.ts';
import { readEvents } from '../../../../subgraphs/consent/events.ts';
import { readRequestsOf } from '../../../../subgraphs/consent/requests/readRequests.ts';
import { rightsRequests } from '../../../../subgraphs/consent/requests/requestTables.ts';
import { startConsentSubgraph } from '../../../../subgraphs/consent/startConsentSubgraph.ts';
import type { RunningServer } from '../../../../subgraphs/serveGraphql.ts';
import { askConsent, CALLER_KEY } from '../askConsent.ts';
import type { Caller, ConsentAnswer } from '../askConsent.ts';
import { startPostgres } from '../startPostgres.ts';

const DAY_MS = 86_400_000;
const DESK: Caller = { client: 'consent-desk', actor: 'op_1', consentWrite: ['*'] };
const OTHER_DESK: Caller = { client: 'consent-desk', actor: 'op_2', consentWrite: ['*'] };

const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

const REQUEST = `id kind state receivedAt dueAt overdue subject { id } steps { state client actor note }`;
const RECEIPT = `... on RightsRequestReceipt { recordId at effectiveInMs request { ${REQUEST} } }
  ... on RightsRequestConflict { current: request { ${REQUEST} } }`;

const requestSchema = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.string(),
  receivedAt: z.string(),
  dueAt: z.string(),
  overdue: z.boolean(),
  steps: z.array(
    z.object({
      state: z.string(),
      client: z.string(),
      actor: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
});
const outcomeSchema = z.object({
  __typename: z.string(),
  recordId: z.string().optional(),
  effectiveInMs: z.number().optional(),
  request: requestSchema.optional(),
  current: requestSchema.nullish(),
});
type Outcome = z.infer<typeof outcomeSchema>;

const places = [
  { name: 'PGlite', options: async () => await Promise.resolve({}) },
  ...(postgres === null
    ? []
    : [{ name: 'PostgreSQL', options: async () => ({ databaseUrl: await postgres.createDatabase() }) }]),
];

describe.each(places)('requests under Article 8, on $name', ({ options }) => {
  let server: RunningServer;
  let database: ConsentDatabase;
  let alice: string;
  let count = 0;

  beforeAll(async () => {
    server = await startConsentSubgraph({
      host: '127.0.0.1',
      port: 0,
      callerKey: CALLER_KEY,
      requestDays: 14,
      ...(await options()),
      prepare: async (opened) => {
        database = opened;
        await Promise.resolve();
      },
    });
  });
  afterAll(async () => await server.stop());
  beforeEach(() => {
    count += 1;
    alice = `user:r_${count}`;
  });

  const ask = async (caller: Caller, query: string, variables: Record<string, unknown>) =>
    await askConsent(server.url, caller, query, variables);

  const submit = async (
    kind: string,
    { note = null, key = null, caller = { endUser: alice }, subject = alice }: Submitted = {},
  ): Promise<Outcome> => {
    const answer = await ask(
      caller,
      `mutation ($subject: ID!, $kind: RightsRequestKind!, $note: String, $key: String) {
        done: submitRightsRequest(subject: $subject, kind: $kind, note: $note, key: $key) {
          __typename recordId at effectiveInMs request { ${REQUEST} }
        }
      }`,
      { subject, kind, note, key },
    );
    return outcomeOf(answer);
  };

  const submitNoted = async (subject: string, note: string): Promise<ConsentAnswer> =>
    await ask(
      DESK,
      'mutation ($s: ID!, $n: String) { submitRightsRequest(subject: $s, kind: REVISION, note: $n) { recordId } }',
      { s: subject, n: note },
    );

  const erase = async (): Promise<void> => {
    const text = 'mutation ($s: ID!) { eraseConsents(subject: $s) { recordId } }';
    expect((await ask({ endUser: alice }, text, { s: alice })).codes).toEqual([]);
  };

  const take = async (
    step: 'start' | 'fulfill' | 'refuse' | 'cancel',
    id: string,
    { caller = DESK, note = 'as asked', subject = alice }: Taken = {},
  ): Promise<Outcome> => {
    const answer = await ask(
      caller,
      `mutation ($subject: ID!, $id: ID!, $note: String!) {
        done: ${step}RightsRequest(subject: $subject, id: $id, note: $note) { __typename ${RECEIPT} }
      }`,
      { subject, id, note },
    );
    return outcomeOf(answer);
  };

  const listOwn = async (): Promise<readonly z.infer<typeof requestSchema>[]> => {
    const { data } = await ask(
      DESK,
      `query ($id: ID!) { dataSubject(id: $id) { requests { ${REQUEST} } } }`,
      { id: alice },
    );
    return z.object({ dataSubject: z.object({ requests: z.array(requestSchema) }) }).parse(data).dataSubject
      .requests;
  };

  const events = async (subject = alice): Promise<readonly string[]> =>
    ((await readEvents(database, [subject])).get(subject) ?? []).map(({ eventState }) => eventState);

  const listed = async (args: string, caller: Caller = DESK): Promise<ConsentAnswer> =>
    await ask(caller, `{ rightsRequests(${args}) { id kind state overdue subject { id } } }`, {});

  test('are received, and must be decided in time', async () => {
    const { request, effectiveInMs } = await submit('DISCLOSURE', { note: 'all of it' });
    expect(effectiveInMs).toBe(0);
    expect(request).toMatchObject({
      kind: 'DISCLOSURE',
      state: 'RECEIVED',
      overdue: false,
      steps: [{ state: 'RECEIVED', client: 'some-app', actor: null, note: 'all of it' }],
    });
    expect(Date.parse(request?.dueAt ?? '') - Date.parse(request?.receivedAt ?? '')).toBe(14 * DAY_MS);
  });

  test('are the same ones where they are sent again', async () => {
    const first = await submit('REVISION', { note: 'my address' });
    const again = await Promise.all(
      Array.from({ length: 8 }, async () => await submit('REVISION', { note: 'my address' })),
    );
    expect(new Set(again.map(({ request }) => request?.id))).toEqual(new Set([first.request?.id]));
    expect(again[0]?.recordId).toBe(first.recordId);
    const other = await submit('REVISION', { note: 'my name' });
    expect(other.request?.id).not.toBe(first.request?.id);
    const bob = await submit('REVISION', {
      note: 'my address',
      subject: `${alice}b`,
      caller: { endUser: `${alice}b` },
    });
    expect(bob.request?.id).not.toBe(first.request?.id);
  });

  test('are the same by their key also once they are closed, and others without it', async () => {
    const first = await submit('SUSPENSION', { key: 'letter-5' });
    const id = first.request?.id ?? '';
    await take('cancel', id, { caller: { endUser: alice } });
    expect((await submit('SUSPENSION', { key: 'letter-5' })).request).toMatchObject({
      id,
      state: 'CANCELLED',
    });
    const others = [
      await submit('SUSPENSION'),
      await submit('DELETION', { key: 'letter-5' }),
      await submit('SUSPENSION', { key: 'letter-5', note: 'n', caller: DESK }),
    ];
    expect(new Set([id, ...others.map(({ request }) => request?.id)]).size).toBe(4);
  });

  test('are several where they have keys of their own, though they read the same', async () => {
    const unnamed = await submit('REVISION', { note: 'my address' });
    const letters = [
      await submit('REVISION', { note: 'my address', key: 'letter-1' }),
      await submit('REVISION', { note: 'my address', key: 'letter-2' }),
    ];
    const ids = [unnamed, ...letters].map(({ request }) => request?.id);
    expect(new Set(ids).size).toBe(3);
    // Each is found again, and who gives no key is given one that is open.
    const again = await submit('REVISION', { note: 'my address', key: 'letter-1' });
    expect(again.request?.id).toBe(ids[1]);
    expect(ids).toContain((await submit('REVISION', { note: 'my address' })).request?.id);
  });

  describe('after an erasure', () => {
    const rows = [
      { name: 'without a note, after one with', before: { note: 'my secret' }, after: {}, same: false },
      { name: 'without a note, after one without', before: {}, after: {}, same: false },
      { name: 'with the note once more', before: { note: 'n' }, after: { note: 'n' }, same: false },
      { name: 'without a key, after one with', before: { key: 'k', note: 'n' }, after: {}, same: false },
      // Its name tells which it is.
      { name: 'with the key once more', before: { key: 'k' }, after: { key: 'k' }, same: true },
    ];
    test.each(rows)('$name: same is $same', async ({ before, after, same }) => {
      const old = (await submit('REVISION', before)).request?.id;
      await erase();
      const fresh = (await submit('REVISION', after)).request?.id;
      expect(fresh === old).toBe(same);
      // From then on it is found again.
      expect((await submit('REVISION', after)).request?.id).toBe(fresh);
    });

    test('nothing of a key is left, nor can two people be linked by theirs', async () => {
      const key = 'tanaka.taro-0312345678';
      await submit('REVISION', { key });
      await submit('REVISION', { key, subject: `${alice}b`, caller: DESK });
      await submit('REVISION', { key, subject: `${alice}b`, caller: { endUser: `${alice}b` } });
      const kept = await database
        .select({ key: rightsRequests.key })
        .from(rightsRequests)
        .where(like(rightsRequests.subject, `${alice}%`));
      expect(kept).toHaveLength(3);
      expect(new Set(kept.map((row) => row.key)).size).toBe(3);
      for (const row of kept) expect(row.key).toMatch(/^[0-9a-f]{64}$/);
    });
  });

  test('are a hundred at most that are open of one person, and no bar to the same again', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 100; index += 1) {
      ids.push((await submit('REVISION', { note: `n${index}` })).request?.id ?? '');
    }
    expect((await submitNoted(alice, 'one more')).codes).toEqual(['TOO_MANY_OPEN_REQUESTS']);
    expect((await submit('REVISION', { note: 'n7' })).request?.id).toBe(ids[7]);
    expect((await submitNoted(`${alice}b`, 'one more')).codes).toEqual([]);
    await take('cancel', ids[7] ?? '', { caller: { endUser: alice } });
    expect((await submitNoted(alice, 'one more')).codes).toEqual([]);
  });

  test('are all read, also where there are more than a statement takes parameters', async () => {
    await submit('REVISION', { note: 'the only note' });
    const read = database.transaction(async (transaction) => {
      await transaction.execute(sql`insert into rights_requests (id, subject, kind, state, received_at, due_at, client)
        select gen_random_uuid(), ${alice}, 'REVISION', 'CANCELLED', now(), now(), 'c' from generate_series(1, 66000)`);
      const found = (await readRequestsOf(transaction, [alice, 'user:nobody'])).get(alice) ?? [];
      expect(found).toHaveLength(66_001);
      expect(found.flatMap(({ steps }) => steps.map(({ note }) => note))).toEqual(['the only note']);
      // The other tests list everybody's.
      transaction.rollback();
    });
    await expect(read).rejects.toThrow(TransactionRollbackError);
  });

  test('are read once, by however many names they are asked for', async () => {
    await submit('REVISION', { note: 'x' });
    const fields = Array.from({ length: 500 }, (_, index) => `x${index}: requests { id }`).join(' ');
    const read = vi.spyOn(database, 'select');
    const { codes } = await ask(
      { endUser: alice },
      `query ($id: ID!) { dataSubject(id: $id) { ${fields} } }`,
      { id: alice },
    );
    expect(codes).toEqual([]);
    expect(read).toHaveBeenCalledTimes(2);
    read.mockRestore();
  });

  describe('steps', () => {
    const paths = [
      { before: [], allowed: ['start', 'cancel'] },
      { before: ['start'], allowed: ['fulfill', 'refuse', 'cancel'] },
      { before: ['start', 'fulfill'], allowed: [] },
      { before: ['start', 'refuse'], allowed: [] },
      { before: ['cancel'], allowed: [] },
    ] as const;
    const rows = paths.flatMap(({ before, allowed }) =>
      (['start', 'fulfill', 'refuse', 'cancel'] as const).map((step) => ({
        before,
        step,
        can: (allowed as readonly string[]).includes(step) ? 'may' : 'may not',
      })),
    );
    test.each(rows)('after $before, $step $can follow', async ({ before, step, can }) => {
      const id = (await submit('SUSPENSION')).request?.id ?? '';
      for (const each of before) expect((await take(each, id)).request?.id).toBe(id);
      const state = (await listOwn())[0]?.state;
      const outcome = await take(step, id, { caller: OTHER_DESK });
      if (can === 'may') {
        expect(outcome).toMatchObject({ __typename: 'RightsRequestReceipt', effectiveInMs: 0 });
      } else {
        expect(outcome).toMatchObject({ __typename: 'RightsRequestConflict', current: { id, state } });
        expect(outcome.recordId).toBeUndefined();
        expect((await listOwn())[0]?.steps).toHaveLength(before.length + 1);
      }
    });

    test('of two desks at once, one takes the request up and the other is told', async () => {
      const id = (await submit('DELETION')).request?.id ?? '';
      const outcomes = await Promise.all([
        take('start', id, { caller: DESK }),
        take('start', id, { caller: OTHER_DESK }),
      ]);
      expect(outcomes.map((each) => each.__typename).toSorted()).toEqual([
        'RightsRequestConflict',
        'RightsRequestReceipt',
      ]);
      const told = outcomes.find(({ __typename }) => __typename === 'RightsRequestConflict');
      expect(told?.current?.state).toBe('IN_PROGRESS');
    });

    test('of fulfilling and cancelling at once, one is done and has its effect alone', async () => {
      for (let round = 0; round < 5; round += 1) {
        const subject = `${alice}_${round}`;
        const id = (await submit('DELETION', { subject, caller: DESK })).request?.id ?? '';
        await take('start', id, { subject });
        const [fulfilled, cancelled] = await Promise.all([
          take('fulfill', id, { subject }),
          take('cancel', id, { subject, caller: { endUser: subject } }),
        ]);
        const isFulfilled = fulfilled.recordId !== undefined;
        expect(cancelled.recordId === undefined).toBe(isFulfilled);
        expect(await events(subject)).toEqual(isFulfilled ? ['ERASED'] : []);
      }
    });

    test('a retry of the same person gives the same step, and the effect once', async () => {
      const id = (await submit('SUSPENSION')).request?.id ?? '';
      await take('start', id);
      const [first, second] = [await take('fulfill', id), await take('fulfill', id)];
      expect(second).toEqual(first);
      expect(first.recordId).toBeDefined();
      expect(await events()).toEqual(['SUSPENDED']);
      const nobody: Caller = { client: 'consent-desk', consentWrite: ['*'] };
      const other = (await submit('REVISION', { note: 'x' })).request?.id ?? '';
      await take('start', other, { caller: nobody });
      expect((await take('start', other, { caller: nobody })).__typename).toBe('RightsRequestConflict');
    });

    test('need the subject of the request: a slip erases nobody', async () => {
      const id = (await submit('DELETION')).request?.id ?? '';
      await take('start', id);
      const other = `${alice}x`;
      expect(await take('fulfill', id, { subject: other })).toMatchObject({ current: null });
      expect([await events(), await events(other)]).toEqual([[], []]);
    });

    test('of somebody else are neither taken nor told', async () => {
      const id = (await submit('DELETION')).request?.id ?? '';
      const mallory = { endUser: 'user:mallory' };
      const answer = await ask(
        mallory,
        `mutation ($s: ID!, $id: ID!) { cancelRightsRequest(subject: $s, id: $id) { ${RECEIPT} } }`,
        { s: 'user:mallory', id },
      );
      expect(answer.data).toEqual({ cancelRightsRequest: { current: null } });
      expect((await listOwn())[0]?.state).toBe('RECEIVED');
    });
  });

  describe('once fulfilled', () => {
    test.each([
      { kind: 'DISCLOSURE', expected: ['GIVEN'] },
      { kind: 'REVISION', expected: ['GIVEN'] },
      { kind: 'SUSPENSION', expected: ['GIVEN', 'SUSPENDED'] },
      { kind: 'DELETION', expected: ['GIVEN', 'ERASED'] },
    ])('$kind leaves $expected', async ({ kind, expected }) => {
      await ask(
        { endUser: alice },
        'mutation ($s: ID!) { grantConsent(subject: $s, purpose: "p") { recordId } }',
        { s: alice },
      );
      const id = (await submit(kind)).request?.id ?? '';
      await take('start', id);
      expect(await events()).toEqual(['GIVEN']);
      const { request } = await take('fulfill', id, { note: 'done by post' });
      expect(request).toMatchObject({ state: 'FULFILLED' });
      expect(request?.steps.at(-1)).toEqual({
        state: 'FULFILLED',
        client: 'consent-desk',
        actor: 'op_1',
        note: 'done by post',
      });
      expect(await events()).toEqual(expected);
    });

    test('has no effect where the step does not commit', async () => {
      const id = (await submit('DELETION')).request?.id ?? '';
      await take('start', id);
      await database.execute(
        sql`alter table rights_request_notes add constraint none check (note <> 'fails')`,
      );
      const answer = await ask(
        DESK,
        `mutation ($s: ID!, $id: ID!) { fulfillRightsRequest(subject: $s, id: $id, note: "fails") { ${RECEIPT} } }`,
        { s: alice, id },
      );
      await database.execute(sql`alter table rights_request_notes drop constraint none`);
      expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(answer.text).not.toContain('fails');
      expect(await events()).toEqual([]);
      expect((await take('fulfill', id)).recordId).toBeDefined();
      expect(await events()).toEqual(['ERASED']);
    });
  });

  test('DELETION and erasing remove what was written, of this person alone, but not that they asked', async () => {
    const notes = async (): Promise<readonly string[]> => {
      const { data } = await ask(
        DESK,
        'query ($a: ID!, $b: ID!) { a: dataSubject(id: $a) { ...N } b: dataSubject(id: $b) { ...N } } fragment N on DataSubject { requests { steps { note } } }',
        { a: alice, b: `${alice}b` },
      );
      return [...JSON.stringify(data).matchAll(/"note":("[^"]*"|null)/g)]
        .map(([, note]) => note ?? '')
        .toSorted();
    };
    await submit('REVISION', { note: 'my secret address' });
    await submit('REVISION', { note: 'hers', subject: `${alice}b`, caller: DESK });
    const id = (await submit('DELETION', { note: 'I leave' })).request?.id ?? '';
    await take('start', id, { note: 'on it' });
    expect(await notes()).toEqual(['"I leave"', '"hers"', '"my secret address"', '"on it"']);
    await take('fulfill', id, { note: 'erased' });
    expect(await notes()).toEqual(['"erased"', '"hers"', 'null', 'null', 'null']);
    await ask({ endUser: alice }, 'mutation ($s: ID!) { eraseConsents(subject: $s) { recordId } }', {
      s: alice,
    });
    expect(await notes()).toEqual(['"hers"', 'null', 'null', 'null', 'null']);
  });

  test('are not told to others, nor who at the desk decided to the subject', async () => {
    const id = (await submit('REVISION', { note: 'x' })).request?.id ?? '';
    await take('start', id);
    const query = `query ($id: ID!) { dataSubject(id: $id) { requests { id steps { client actor } } } }`;
    const read = async (caller: Caller): Promise<ConsentAnswer> => await ask(caller, query, { id: alice });
    expect((await read(DESK)).data).toEqual({
      dataSubject: {
        requests: [
          {
            id,
            steps: [
              { client: 'some-app', actor: alice },
              { client: 'consent-desk', actor: 'op_1' },
            ],
          },
        ],
      },
    });
    expect((await read({ endUser: alice })).data).toEqual({
      dataSubject: {
        requests: [
          {
            id,
            steps: [
              { client: 'some-app', actor: null },
              { client: 'consent-desk', actor: null },
            ],
          },
        ],
      },
    });
    expect((await read({ consentWrite: ['marketing'] })).data).toEqual({ dataSubject: { requests: null } });
    for (const caller of ['nobody', {}, { endUser: 'user:other' }] as const) {
      expect((await read(caller)).codes).toEqual(['CONSENT_READ_FORBIDDEN']);
    }
  });

  test('need text that can be kept, and say so without quoting it', async () => {
    for (const note of ['', '   ', 'n'.repeat(4_001), 'a\0b', 'half \ud83d']) {
      const answer = await ask(
        { endUser: alice },
        'mutation ($s: ID!, $n: String) { submitRightsRequest(subject: $s, kind: REVISION, note: $n) { recordId } }',
        { s: alice, n: note },
      );
      expect(answer.codes, JSON.stringify(note)).toEqual(['BAD_USER_INPUT']);
      expect(answer.text).toContain('\\"note\\"');
      expect(answer.text).not.toMatch(/nnnn|half|a.b/);
    }
  });

  describe('in the desk’s queue', () => {
    test('come in the order of their deadlines, page by page, by state and deadline', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 5; index += 1) {
        ids.push(
          (await submit('SUSPENSION', { subject: `${alice}_${index}`, caller: DESK })).request?.id ?? '',
        );
      }
      await take('start', ids[1] ?? '', { subject: `${alice}_1` });
      // As if they had been received long ago, which no update may do.
      await database.execute(sql`alter table rights_requests disable trigger user`);
      for (const [index, id] of ids.slice(0, 3).entries()) {
        await database.execute(
          sql`update rights_requests set due_at = ${`2020-01-0${index + 1}T00:00:00Z`}::timestamptz where id = ${id}`,
        );
      }
      await database.execute(sql`alter table rights_requests enable trigger user`);
      expect(idsOf(await listed('overdue: true'))).toEqual(ids.slice(0, 3));
      expect(idsOf(await listed('overdue: true, state: IN_PROGRESS'))).toEqual([ids[1]]);
      expect(idsOf(await listed('overdue: true, first: 2'))).toEqual(ids.slice(0, 2));
      expect(idsOf(await listed(`overdue: true, first: 2, after: "${ids[1]}"`))).toEqual([ids[2]]);
      const others = idsOf(await listed('overdue: false, first: 1000'));
      expect(others).toEqual(expect.arrayContaining(ids.slice(3)));
      expect(others.filter((id) => ids.slice(0, 3).includes(id))).toEqual([]);
      const all = idsOf(await listed('first: 1000'));
      const paged: string[] = [];
      for (;;) {
        const last = paged.at(-1);
        const page = idsOf(await listed(`first: 7${last === undefined ? '' : `, after: "${last}"`}`));
        paged.push(...page);
        if (page.length < 7) break;
      }
      expect(paged).toEqual(all);
      // Decided, it is late no more.
      await take('cancel', ids[0] ?? '', { subject: `${alice}_0` });
      expect(idsOf(await listed('overdue: true'))).toEqual([ids[1], ids[2]]);
    });

    test.each([
      { who: 'nobody', caller: 'nobody' as const },
      { who: 'an end user', caller: { endUser: 'user:u_1' } },
      { who: 'a client with some purposes', caller: { consentWrite: ['marketing'] } },
    ])('are not for $who', async ({ caller }) => {
      const answer = await listed('first: 1', caller);
      expect(answer.codes).toEqual(['CONSENT_WRITE_FORBIDDEN']);
      expect(answer.data).toBeNull();
    });

    test.each(['first: -1', 'first: 1001', 'after: "x"', `after: "${crypto.randomUUID()}"`])(
      'are asked for properly: %s',
      async (args) => {
        expect((await listed(args)).codes).toEqual(['BAD_USER_INPUT']);
      },
    );
  });

  test('stay on record as they were written', async () => {
    await submit('DISCLOSURE', { note: 'kept' });
    await database.update(rightsRequests).set({ forgotten: true }).where(eq(rightsRequests.subject, alice));
    for (const statement of [
      "update rights_requests set kind = 'DELETION'",
      "update rights_requests set due_at = now() + interval '1 year'",
      'update rights_requests set key = null, forgotten = true',
      'delete from rights_requests',
      'truncate rights_requests cascade',
      'update rights_requests set forgotten = false',
      "update rights_request_steps set client = 'x'",
      'delete from rights_request_steps',
      'truncate rights_request_steps cascade',
    ]) {
      await expect(database.execute(sql.raw(statement)), statement).rejects.toThrow();
    }
  });
});

interface Submitted {
  readonly note?: string | null;
  readonly key?: string | null;
  readonly caller?: Caller;
  readonly subject?: string;
}

interface Taken {
  readonly caller?: Caller;
  readonly note?: string;
  readonly subject?: string;
}

function outcomeOf(answer: ConsentAnswer): Outcome {
  expect(answer.codes).toEqual([]);
  return outcomeSchema.parse(answer.data?.['done']);
}

function idsOf({ data }: ConsentAnswer): string[] {
  const listed = z.object({ rightsRequests: z.array(z.object({ id: z.string() })) }).parse(data);
  return listed.rightsRequests.map(({ id }) => id);
}
