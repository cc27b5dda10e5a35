import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createKeyedReference } from '../../../../policies/record/keyedReference.ts';
import type { RecordEvent } from '../../../../policies/record/recordLine.ts';
import { accessRecords } from '../../../../subgraphs/consent/accesses/accessTables.ts';
import type { ConsentDatabase } from '../../../../subgraphs/consent/database.ts';
import { keepAccesses } from '../../../../subgraphs/consent/accesses/keepAccesses.ts';
import { startConsentSubgraph } from '../../../../subgraphs/consent/startConsentSubgraph.ts';
import { subjects as subjectRows } from '../../../../subgraphs/consent/tables.ts';
import type { RunningServer } from '../../../../subgraphs/serveGraphql.ts';
import { startRedis } from '../../../harness.ts';
import type { RedisServer } from '../../../harness.ts';
import { askConsent, CALLER_KEY } from '../askConsent.ts';
import type { Caller, ConsentAnswer } from '../askConsent.ts';
import { createWriter, shown } from './recordLines.ts';
import type { Writer } from './recordLines.ts';
import { startPostgres } from '../startPostgres.ts';

const AUDIT_KEY = new Uint8Array(32).fill(6);
const keyed = createKeyedReference(AUDIT_KEY);
const CHAIN = 'gw/01234567-89ab-cdef-0123-456789abcdef';
const DESK: Caller = { client: 'consent-desk', consentWrite: ['*'] };

const postgres = await startPostgres();
afterAll(async () => await postgres?.stop());

const places = [
  { name: 'PGlite', options: async () => await Promise.resolve({}) },
  ...(postgres === null
    ? []
    : [{ name: 'PostgreSQL', options: async () => ({ databaseUrl: await postgres.createDatabase() }) }]),
];

const accessSchema = z.object({
  at: z.string(),
  purpose: z.string().nullable(),
  decision: z.string(),
  categories: z.array(z.string()),
});
const connectionSchema = z.object({
  edges: z.array(z.object({ cursor: z.string(), node: accessSchema })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});
type Connection = z.infer<typeof connectionSchema>;

describe.each(places)('accesses, from $name', ({ options }) => {
  let redis: RedisServer;
  let server: RunningServer;
  let database: ConsentDatabase;
  let writer: Writer;
  let alice: string;
  let count = 0;

  beforeAll(async () => {
    redis = await startRedis();
    server = await startConsentSubgraph({
      redisUrl: redis.url,
      cacheKeySecret: AUDIT_KEY,
      host: '127.0.0.1',
      port: 0,
      callerKey: CALLER_KEY,
      auditKey: AUDIT_KEY,
      ...(await options()),
      prepare: async (opened) => {
        database = opened;
        await Promise.resolve();
      },
    });
  });
  afterAll(async () => {
    await server.stop();
    await redis.stop();
  });
  beforeEach(() => {
    count += 1;
    alice = `user:a_${count}`;
    writer = createWriter(`gw-${count}`);
  });

  const write = async (mutation: string, subject = alice): Promise<string> => {
    const query = `mutation ($s: ID!) { done: ${mutation} { recordId } }`;
    const answer = await askConsent(server.url, DESK, query, { s: subject });
    expect(answer.codes).toEqual([]);
    return z.object({ recordId: z.string() }).parse(answer.data?.['done']).recordId;
  };

  /** What stands for a subject in the record; puts them there. */
  const referenceOf = async (subject = alice): Promise<string> => {
    await write('grantConsent(subject: $s, purpose: "agreed.survey_panel")', subject);
    const [row] = await database.select().from(subjectRows).where(eq(subjectRows.id, subject));
    return row?.reference ?? '';
  };

  const record = async (...events: readonly Partial<RecordEvent>[]): Promise<void> => {
    const entries = events.map((event, index) => ({
      id: `${index}-0`,
      payload: Buffer.from(writer.line(event)),
    }));
    const aside: string[] = [];
    await keepAccesses(database, entries, (ids) => aside.push(...ids));
    expect(aside).toEqual([]);
  };

  const ask = async (field: string, caller: Caller = { endUser: alice }): Promise<ConsentAnswer> =>
    await askConsent(server.url, caller, `query ($id: ID!) { dataSubject(id: $id) { found: ${field} } }`, {
      id: alice,
    });

  const found = async (args = '', caller: Caller = { endUser: alice }): Promise<Connection> => {
    const answer = await ask(
      `accesses${args} { edges { cursor node { at purpose decision categories } } pageInfo { hasNextPage endCursor } }`,
      caller,
    );
    expect(answer.codes).toEqual([]);
    return z.object({ found: connectionSchema }).parse(answer.data?.['dataSubject']).found;
  };

  const categoriesIn = async (args = '', caller?: Caller): Promise<readonly string[]> =>
    (await found(args, caller)).edges.flatMap(({ node }) => node.categories);

  test('tell who was shown what, when and what for', async () => {
    const reference = await referenceOf();
    await record({
      time: '2026-05-02T03:04:05.678Z',
      recipient: 'authority',
      recipientKind: 'authority',
      client: 'legal',
      purpose: 'disclosure.authority',
      ground: { kind: 'authority', reference: 'warrant 7' },
      groups: [
        shown([reference], { reason: 'GROUND', categories: ['contact.email', 'identity.name'] }),
        shown([reference], { decision: 'masked', categories: ['network.ip'], coordinates: ['Login.ip'] }),
      ],
    });
    const fields = `accesses { edges { node {
      at client actor recipient recipientKind purpose lawfulBasis ground { kind reference } decision reason
      categories coordinates policyRevision consentRecordId
    } } }`;
    const shared = {
      at: '2026-05-02T03:04:05.678Z',
      client: 'legal',
      actor: 'op_7',
      recipient: 'authority',
      recipientKind: 'AUTHORITY',
      purpose: 'disclosure.authority',
      policyRevision: '2020-05-08',
      consentRecordId: null,
    };
    const expected = [
      {
        ...shared,
        lawfulBasis: 'notified',
        ground: null,
        decision: 'MASKED',
        reason: 'NOTIFIED',
        categories: ['network.ip'],
        coordinates: ['Login.ip'],
      },
      {
        ...shared,
        lawfulBasis: 'ground',
        ground: { kind: 'authority', reference: 'warrant 7' },
        decision: 'FULL',
        reason: 'GROUND',
        categories: ['contact.email', 'identity.name'],
        coordinates: ['User.email'],
      },
    ];
    const asDesk = await ask(fields, DESK);
    expect(asDesk.data).toEqual({ dataSubject: { found: { edges: expected.map((node) => ({ node })) } } });
    // Who operated the client is not for the subject, nor is which case it was.
    const asSelf = await ask(fields);
    const withheld = { kind: 'authority', reference: null };
    const told = expected.map((node) => ({ ...node, actor: null, ground: node.ground && withheld }));
    expect(asSelf.data).toEqual({ dataSubject: { found: { edges: told.map((node) => ({ node })) } } });
    expect(asSelf.text).not.toContain('warrant');
  });

  test('are about nobody else: groups of others stay untold, in the same line too', async () => {
    const [mine, hers] = [await referenceOf(), await referenceOf(`${alice}b`)];
    await record(
      {
        groups: [
          shown([hers], { categories: ['hers'] }),
          shown([mine, hers], { categories: ['both'] }),
          shown([mine], { categories: ['mine'] }),
          { ...shown([]), subjects: null, categories: ['nobody'] },
        ],
      },
      { groups: [shown([hers], { categories: ['hers alone'] })] },
    );
    expect(await categoriesIn()).toEqual(['mine', 'both']);
    const answer = await ask('accesses { edges { node { categories coordinates } } }');
    expect(answer.text).not.toContain(hers);
    expect(answer.text).not.toContain(mine);
  });

  test('leave out what was not shown, unless it is asked for', async () => {
    const reference = await referenceOf();
    await record({
      groups: [
        shown([reference], { decision: 'denied', reason: 'CONSENT_NOT_GIVEN', categories: ['denied'] }),
        shown([reference], { decision: 'masked', reason: 'CONSENT_REFUSED', categories: ['masked'] }),
        shown([reference], { categories: ['full'] }),
      ],
    });
    expect(await categoriesIn()).toEqual(['full', 'masked']);
    expect(await categoriesIn('(includeDenied: true)')).toEqual(['full', 'masked', 'denied']);
    const bases = await ask('accesses(includeDenied: true) { edges { node { lawfulBasis } } }');
    expect([...bases.text.matchAll(/"lawfulBasis":("\w+"|null)/g)].map(([, basis]) => basis)).toEqual([
      '"notified"',
      'null',
      'null',
    ]);
  });

  test('come latest first, page by page, and lines that come meanwhile move none', async () => {
    const reference = await referenceOf();
    const groups = ['x', 'y'].map((category) => shown([reference], { categories: [category] }));
    // Two lines at each of some times, of two groups each.
    await record(...[3, 1, 2, 1, 3, 2].map((minute) => ({ time: at(minute), groups })));
    const whole = await found('(first: 500)');
    expect(whole.edges).toHaveLength(12);
    expect(whole.pageInfo.hasNextPage).toBe(false);
    const times = whole.edges.map(({ node }) => node.at);
    expect(times).toEqual(times.toSorted().toReversed());
    for (const first of [1, 3, 5, 12]) {
      const cursors: string[] = [];
      let after = '';
      for (;;) {
        const { edges, pageInfo } = await found(`(first: ${first}${after})`);
        cursors.push(...edges.map(({ cursor }) => cursor));
        expect(edges.length).toBeLessThanOrEqual(first);
        expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
        if (!pageInfo.hasNextPage) break;
        after = `, after: "${pageInfo.endCursor}"`;
      }
      expect(cursors).toEqual(whole.edges.map(({ cursor }) => cursor));
    }
    const { pageInfo } = await found('(first: 5)');
    await record({ time: at(9), groups }, { time: at(4), groups });
    const rest = await found(`(first: 500, after: "${pageInfo.endCursor}")`);
    expect(rest.edges.map(({ cursor }) => cursor)).toEqual(whole.edges.slice(5).map(({ cursor }) => cursor));
  });

  test('are of a time, its beginning included and its end not', async () => {
    const reference = await referenceOf();
    const days = ['01', '02', '03'];
    await record(
      ...days.map((day) => ({
        time: `2026-05-${day}T00:00:00.000Z`,
        groups: [shown([reference], { categories: [day] })],
      })),
    );
    expect(await categoriesIn('(from: "2026-05-02T00:00:00Z")')).toEqual(['03', '02']);
    expect(await categoriesIn('(to: "2026-05-03T09:00:00+09:00")')).toEqual(['02', '01']);
    expect(await categoriesIn('(from: "2026-05-02T00:00:00Z", to: "2026-05-02T00:00:00.001Z")')).toEqual([
      '02',
    ]);
  });

  test.each([
    'first: -1',
    'first: 501',
    'from: "yesterday"',
    'to: "2026-05-01T00:00:00"',
    'after: "x"',
    'from: "0000-01-01T00:00:00Z"',
    'to: "0001-01-01T00:00:00+09:00"',
    'to: "9999-12-31T23:59:59-09:00"',
    cursor([1, 'x']),
    cursor([253_402_300_800_000, CHAIN, 1, 1]),
    cursor([-1, CHAIN, 1, 1]),
    cursor([1, 'gw\0/x', 1, 1]),
    cursor([1, 'gw/x', 1, 1]),
  ])('are asked for properly: %s', async (args) => {
    const answer = await ask(`accesses(${args}) { pageInfo { hasNextPage } }`);
    expect(answer.codes).toEqual(['BAD_USER_INPUT']);
    expect(answer.text).not.toContain('yesterday');
  });

  test('are asked for behind any place that there may be, and of any time', async () => {
    await referenceOf();
    for (const args of [
      cursor([253_402_300_799_999, CHAIN, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]),
      cursor([0, CHAIN, 1, 1]),
      'from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59.999Z"',
    ]) {
      expect((await found(`(${args})`)).edges, args).toEqual([]);
    }
  });

  test('also count where the source gave no reference, but not from before an erasure', async () => {
    await referenceOf();
    const event = (category: string, time: Date): Partial<RecordEvent> => ({
      time: time.toISOString(),
      groups: [shown([keyed(alice)], { categories: [category] })],
    });
    await record(event('before', new Date(Date.now() - 1_000)), {
      groups: [shown([keyed(`${alice}b`)], { categories: ['hers'] })],
    });
    expect(await categoriesIn()).toEqual(['before']);
    await write('eraseConsents(subject: $s)');
    expect(await categoriesIn()).toEqual([]);
    await record(event('after', new Date(Date.now() + 1_000)));
    expect(await categoriesIn()).toEqual(['after']);
  });

  test('are linked to nobody after an erasure, whichever way the person was erased', async () => {
    for (const erase of ['eraseConsents', 'a request'] as const) {
      const before = await referenceOf();
      await record({ groups: [shown([before])] });
      expect((await found()).edges).toHaveLength(1);
      if (erase === 'eraseConsents') await write('eraseConsents(subject: $s)');
      else await fulfillDeletion();
      const after = await referenceOf();
      expect(after).not.toBe(before);
      expect((await found('(includeDenied: true)')).edges).toEqual([]);
      expect((await found('(includeDenied: true)', DESK)).edges).toEqual([]);
      // Nor does anything that is kept tell whose the old reference was.
      const people = await database.select().from(subjectRows);
      const known = new Set(people.flatMap(({ id, reference }) => [reference, keyed(id)]));
      const lines = await database.select().from(accessRecords);
      expect(lines.some(({ references }) => references.includes(before))).toBe(true);
      expect(known.has(before)).toBe(false);
      await record({ groups: [shown([after], { categories: ['new'] })] });
      expect(await categoriesIn()).toEqual(['new']);
      alice = `${alice}c`;
    }
  });

  async function fulfillDeletion(): Promise<void> {
    const submit = `mutation ($s: ID!) { submitRightsRequest(subject: $s, kind: DELETION) { request { id } } }`;
    const { text } = await askConsent(server.url, DESK, submit, { s: alice });
    const id = /"id":"([^"]+)"/.exec(text)?.[1];
    const steps = `mutation ($s: ID!, $id: ID!) {
      startRightsRequest(subject: $s, id: $id) { __typename }
      fulfillRightsRequest(subject: $s, id: $id, note: "done") { __typename }
    }`;
    const { data } = await askConsent(server.url, DESK, steps, { s: alice, id });
    expect(data?.['fulfillRightsRequest']).toEqual({ __typename: 'RightsRequestReceipt' });
  }

  test('are told to the person and the desk alone', async () => {
    await referenceOf();
    const fields = ['accesses', 'provisions'];
    for (const field of fields) {
      const asked = `${field} { edges { cursor } }`;
      for (const caller of [DESK, { endUser: alice }] as const) {
        expect((await ask(asked, caller)).data).toEqual({ dataSubject: { found: { edges: [] } } });
      }
      // Who may write some consents reads those, and nothing that is about all purposes.
      expect((await ask(asked, { consentWrite: ['agreed'] })).data).toEqual({ dataSubject: { found: null } });
      for (const caller of ['nobody', {}, { endUser: 'user:other' }] as const) {
        const answer = await ask(asked, caller);
        expect(answer.codes).toEqual(['CONSENT_READ_FORBIDDEN']);
        expect(answer.data).toEqual({ dataSubject: null });
      }
    }
  });

  describe('provisions', () => {
    test('are what was shown to third parties, advertisers and authorities', async () => {
      const reference = await referenceOf();
      const kinds = ['internal', 'group', 'processor', 'authority', 'third_party', 'advertiser'] as const;
      await record(
        ...kinds.map((recipientKind) => ({
          recipientKind,
          recipient: recipientKind,
          groups: [
            shown([reference], { categories: [recipientKind] }),
            shown([reference], { categories: [recipientKind], decision: 'denied', reason: 'OBJECTED' }),
          ],
        })),
      );
      const { data } = await ask('provisions { edges { node { recipient decision } } }');
      expect(data).toEqual({
        dataSubject: {
          found: {
            edges: ['advertiser', 'third_party', 'authority'].map((recipient) => ({
              node: { recipient, decision: 'FULL' },
            })),
          },
        },
      });
    });

    test('by consent name the consent that was in force', async () => {
      await referenceOf(`${alice}b`);
      const first = await write(
        'grantConsent(subject: $s, purpose: "agreed.survey_panel", recipient: "third_party.acme")',
      );
      await write(
        'grantConsent(subject: $s, purpose: "agreed.survey_panel", recipient: "third_party.other")',
      );
      await write('grantConsent(subject: $s, purpose: "marketing.recommendation")');
      const [row] = await database.select().from(subjectRows).where(eq(subjectRows.id, alice));
      const provide = async (): Promise<void> =>
        await record({
          time: new Date().toISOString(),
          recipient: 'third_party.acme',
          recipientKind: 'third_party',
          purpose: 'agreed.survey_panel',
          groups: [shown([row?.reference ?? ''], { reason: 'CONSENT' })],
        });
      await provide();
      const before = await write('withdrawConsent(subject: $s, purpose: "agreed")');
      const second = await write('grantConsent(subject: $s, purpose: "agreed", validForDays: 30)');
      await provide();
      const { data } = await ask('provisions { edges { node { lawfulBasis consentRecordId } } }');
      expect(data).toEqual({
        dataSubject: {
          found: {
            edges: [second, first].map((consentRecordId) => ({
              node: { lawfulBasis: 'consent', consentRecordId },
            })),
          },
        },
      });
      expect(before).not.toBe(second);
    });
  });
});

test('accesses are null where the record does not come here, which an empty list would deny', async () => {
  const server = await startConsentSubgraph({ host: '127.0.0.1', port: 0, callerKey: CALLER_KEY });
  const query =
    '{ dataSubject(id: "user:u_1") { accesses { edges { cursor } } provisions { edges { cursor } } } }';
  const { data, codes } = await askConsent(server.url, DESK, query);
  expect(codes).toEqual([]);
  expect(data).toEqual({ dataSubject: { accesses: null, provisions: null } });
  await server.stop();
}, 120_000);

function cursor(place: readonly unknown[]): string {
  return `after: "${Buffer.from(JSON.stringify(place)).toString('base64url')}"`;
}

function at(minute: number): string {
  return `2026-05-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
}
