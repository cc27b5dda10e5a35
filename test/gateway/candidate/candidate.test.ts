import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createCandidate,
  type AnsweredRequest,
  type Candidate,
} from '../../../gateway/candidate/candidate.ts';
import type { Change } from '../../../gateway/candidate/changes.ts';
import { startGateway, type TestAnswer, type TestGateway, type TestRequest } from '../../gatewayHarness.ts';

const FILE = 'candidate.yaml';
const CANARIES = ['Ada Canary', 'Bob Canary', 'ada@canary.example', 'bob@canary.example', '4111', 'user:'];
const PEOPLE = [
  { id: '1', name: 'Ada Canary', email: 'ada@canary.example', card: '4111 1111 1111 1111' },
  { id: '2', name: 'Bob Canary', email: 'bob@canary.example', card: '4111 1111 1111 1112' },
  { id: '3', name: 'Cy Canary', email: 'cy@canary.example', card: '4111 1111 1111 1113' },
];
const GIVEN = { purpose: 'marketing.recommendation', state: 'GIVEN' } as const;

let today = '';
let gateway: TestGateway;
let candidate: Candidate;
let lastAnswered: AnsweredRequest | null = null;
const logged: { readonly event: string; readonly details: unknown }[] = [];
const counted: string[] = [];
let counting: (change: Change, values: number) => void = () => undefined;

beforeAll(async () => {
  today = await readFile('policies/crowdworks/policy.yaml', 'utf8');
  candidate = createCandidate({
    file: FILE,
    log: {
      info: (event, details) => void logged.push({ event, details }),
      failure: (event) => void logged.push({ event, details: null }),
    },
    count: (change, values) => counting(change, values),
    everyMs: 50,
    share: 1,
  });
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'people',
        typeDefs: `
          type Query { people: [Person!]! find(email: String @personal(category: "contact.email")): [Person!]! }
          type Person @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            name: String @personal(category: "identity.name")
            email: String @personal(category: "contact.email")
            card: String @personal(category: "payment.card")
          }
        `,
        resolvers: { Query: { people: () => PEOPLE, find: () => PEOPLE.slice(0, 1) } },
      },
    ],
    states: { 'user:1': { entries: [GIVEN] }, 'user:2': { entries: [{ ...GIVEN, state: 'REFUSED' }] } },
    override: {
      candidate: {
        ...candidate,
        answered(request) {
          lastAnswered = request;
          candidate.answered(request);
        },
      },
    },
  });
});
afterAll(async () => await gateway.close());
beforeEach(() => {
  logged.length = 0;
  counted.length = 0;
  counting = ({ coordinate, client, direction }, values) =>
    void counted.push(`${coordinate} ${client} ${direction} ${String(values)}`);
});

const MARKETING: TestRequest = {
  query: '{ people { name email } }',
  client: 'mail-campaign',
  purpose: 'marketing.recommendation',
};
const SUPPORT: TestRequest = { query: '{ people { name } }', purpose: 'service.support' };

/** Sends a request, and waits until it was compared. */
async function sendAndCompare(request: TestRequest): Promise<TestAnswer> {
  const before = candidate.report();
  const answer = await gateway.send(request);
  await vi.waitFor(() => {
    const { compared, failed, skipped } = candidate.report();
    expect(compared + failed + skipped).toBe(before.compared + before.failed + before.skipped + 1);
  });
  return answer;
}

const changes = () =>
  candidate
    .report()
    .changes.map(
      ({ coordinate, client, from, to, direction, values }) =>
        `${coordinate} ${client}: ${from} → ${to} (${direction}) ×${String(values)}`,
    )
    .toSorted();

const replaced = (from: string | RegExp, to: string): string => {
  const text = today.replace(from, to);
  if (text === today) throw new Error(`The policy does not hold ${String(from)}.`);
  return text;
};

/** Within the entry of marketing. */
function inMarketing(from: string, to: string): string {
  const begin = today.indexOf('  marketing.recommendation:\n');
  const end = today.indexOf('  communication.necessary:\n');
  const entry = today.slice(begin, end);
  if (!entry.includes(from)) throw new Error(`The policy's entry does not hold ${from}.`);
  return today.slice(0, begin) + entry.replace(from, to) + today.slice(end);
}

describe('what a candidate would change', () => {
  it.each<{ name: string; text: () => string; request: TestRequest; expected: readonly string[] }>([
    { name: 'nothing where it says the same', text: () => today, request: MARKETING, expected: [] },
    {
      name: 'a level',
      text: () => inMarketing('contact: full', 'contact: masked'),
      request: MARKETING,
      expected: ['Person.email mail-campaign: full CONSENT → masked CONSENT (less) ×1'],
    },
    {
      name: 'a category that is not served any more',
      text: () => inMarketing('      identity.name: full\n', ''),
      request: MARKETING,
      expected: [
        'Person.name mail-campaign: denied CONSENT_NOT_GIVEN → denied CATEGORY_NOT_COVERED (same) ×1',
        'Person.name mail-campaign: denied CONSENT_REFUSED → denied CATEGORY_NOT_COVERED (same) ×1',
        'Person.name mail-campaign: full CONSENT → denied CATEGORY_NOT_COVERED (less) ×1',
      ],
    },
    {
      name: 'a basis: who has refused objects still, who was not asked is shown',
      text: () => inMarketing('internal: consent', 'internal: notified'),
      request: { ...MARKETING, query: '{ people { name } }' },
      expected: [
        'Person.name mail-campaign: denied CONSENT_NOT_GIVEN → full NOTIFIED (more) ×1',
        'Person.name mail-campaign: full CONSENT → full NOTIFIED (same) ×1',
        'Person.name mail-campaign: denied CONSENT_REFUSED → denied OBJECTED (same) ×1',
      ],
    },
    {
      name: 'what was not fetched, so that nobody knows whether the person permits',
      text: () => inMarketing('      contact: full', '      contact: full\n      payment.card: masked'),
      request: { ...MARKETING, query: '{ people { card } }' },
      expected: ['Person.card mail-campaign: denied CATEGORY_NOT_COVERED → perhaps masked (perhaps-more) ×3'],
    },
    {
      name: 'what was not fetched, but is about somebody whose consent was asked for',
      text: () => inMarketing('      contact: full', '      contact: full\n      payment.card: masked'),
      request: { ...MARKETING, query: '{ people { card name } }' },
      expected: [
        'Person.card mail-campaign: denied CATEGORY_NOT_COVERED → denied CONSENT_NOT_GIVEN (same) ×1',
        'Person.card mail-campaign: denied CATEGORY_NOT_COVERED → denied CONSENT_REFUSED (same) ×1',
        'Person.card mail-campaign: denied CATEGORY_NOT_COVERED → masked CONSENT (more) ×1',
      ],
    },
    {
      name: 'a client that is not registered any more',
      text: () => replaced('  mail-campaign:\n', '  other-campaign:\n'),
      request: MARKETING,
      expected: ['(request) mail-campaign: served → refused CLIENT_UNKNOWN (less) ×1'],
    },
    {
      name: 'a client that is new',
      text: () => replaced('  mail-campaign:\n', '  other-campaign:\n'),
      request: { ...MARKETING, client: 'other-campaign' },
      expected: ['(request) other-campaign: refused CLIENT_UNKNOWN → served (perhaps-more) ×1'],
    },
    {
      name: 'nothing for a client of neither, whose name is not repeated',
      text: () => replaced('  mail-campaign:\n', '  other-campaign:\n'),
      request: { ...MARKETING, client: 'nobody-at-all' },
      expected: [],
    },
    {
      name: 'what a purpose may look up',
      text: () => replaced('identity.nickname, contact.email, contact.telephone,', 'identity.nickname,'),
      request: { ...SUPPORT, query: '{ find(email: "ada@canary.example") { name } }' },
      expected: ['(request) support-desk: served → refused PERSONAL_ARGUMENT_REJECTED (less) ×1'],
    },
  ])('$name', async ({ text, request, expected }) => {
    candidate.replace(today);
    const without = await sendAndCompare(request);
    expect(changes()).toEqual([]);
    candidate.replace(text());
    const answer = await sendAndCompare(request);
    expect(changes()).toEqual(expected.toSorted());
    expect({ ...answer, headers: null }).toEqual({ ...without, headers: null });
  });
});

describe('a candidate', () => {
  it('is reported in counts, never by values or people', async () => {
    candidate.replace(inMarketing('internal: consent', 'internal: notified'));
    logged.length = 0;
    await sendAndCompare(MARKETING);
    await sendAndCompare(MARKETING);
    await vi.waitFor(() =>
      expect(logged.at(-1)).toEqual({
        event: 'candidate policy: what would change',
        details: expect.objectContaining({ loaded: true, compared: 2, skipped: 0, failed: 0, more: 0 }),
      }),
    );
    expect(logged.at(-1)?.details).toMatchObject({
      changes: expect.arrayContaining([
        {
          coordinate: 'Person.email',
          client: 'mail-campaign',
          from: 'denied CONSENT_NOT_GIVEN',
          to: 'full NOTIFIED',
          direction: 'more',
          requests: 2,
          values: 2,
        },
      ]),
    });
    expect(counted).toContain('Person.email mail-campaign more 1');
    const said = JSON.stringify([logged, counted, candidate.report()]);
    for (const canary of CANARIES) expect(said).not.toContain(canary);
  });

  it('says nothing again while nothing was asked', async () => {
    candidate.replace(today);
    await sendAndCompare(MARKETING);
    await vi.waitFor(() => expect(logged.length).toBeGreaterThan(0));
    const said = logged.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(logged.length).toBe(said);
  });

  it('that is bad is refused, and the one before is tried on', async () => {
    candidate.replace(today);
    expect(() => candidate.replace(inMarketing('levels:', 'levles:'))).toThrow(
      /candidate\.yaml:\d+:\d+: .*levles/,
    );
    await sendAndCompare(MARKETING);
    expect(candidate.report()).toMatchObject({ loaded: true, compared: 1 });
  });

  it('that was never good changes nothing', async () => {
    const never = createCandidate({ file: FILE, log: { info: () => undefined, failure: () => undefined } });
    expect(never.report()).toEqual({ loaded: false, compared: 0, skipped: 0, failed: 0, changes: [] });
    never.close();
  });

  it('that fails changes no answer, and is told once', async () => {
    candidate.replace(inMarketing('internal: consent', 'internal: notified'));
    const before = await gateway.send(MARKETING);
    await vi.waitFor(() => expect(candidate.report().compared).toBe(1));
    logged.length = 0;
    counting = () => {
      throw new Error('no room');
    };
    const answers = await Promise.all([gateway.send(MARKETING), gateway.send(MARKETING)]);
    for (const { text } of answers) expect(text).toBe(before.text);
    await vi.waitFor(() => expect(candidate.report().failed).toBe(2));
    expect(logged.filter(({ details }) => details === null)).toEqual([
      { event: 'comparing with the candidate policy failed', details: null },
    ]);
  });

  it('leaves out answers rather than let them wait in numbers', async () => {
    candidate.replace(today);
    await sendAndCompare(MARKETING);
    const answered = lastAnswered;
    if (answered === null) throw new Error('Expected an answer.');
    for (let turn = 0; turn < 60; turn++) candidate.answered(answered);
    expect(candidate.report()).toMatchObject({ compared: 1, skipped: 10 });
    await vi.waitFor(() => expect(candidate.report()).toMatchObject({ compared: 51, failed: 0 }));
  });
});
