import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConsentMapping } from '../../../../policies/consent/source/consentMapping.ts';
import { createHttpConsentSource } from '../../../../policies/consent/source/httpSource.ts';
import { ConsentUnavailableError, type ConsentSource } from '../../../../policies/consent/source/source.ts';
import { FOREIGN_MAPPINGS, startForeignConsents, type ForeignConsents } from './foreignConsents.ts';

const TOKEN = 'foreign-token';
const LIST = 'a list in a body';
const QUERY = 'a query parameter';
const EACH = 'a call for each';

let foreign: ForeignConsents;
let opened: ConsentSource[];

beforeEach(async () => {
  foreign = await startForeignConsents();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map(async (source) => await source.close()));
  await foreign.stop();
});

function open(
  way: keyof typeof FOREIGN_MAPPINGS,
  change: (mapping: string) => string = (mapping) => mapping,
  url = foreign.url,
): ConsentSource {
  const mapping = parseConsentMapping(change(FOREIGN_MAPPINGS[way]), 'm.yaml', { FOREIGN_TOKEN: TOKEN });
  const source = createHttpConsentSource({ url, mapping, timeoutMs: 2_000 });
  opened.push(source);
  return source;
}

const failureOf = async (reading: Promise<unknown>): Promise<unknown> =>
  await reading.then(
    () => null,
    (error: unknown) => error,
  );

describe('a question', () => {
  test('goes out in a body, with what the mapping and the environment add', async () => {
    await open(LIST).read(['user:u_1', 'user:u_2', 'user:u_1']);
    expect(foreign.requests).toMatchObject([
      {
        method: 'POST',
        url: '/query',
        headers: { authorization: `Bearer ${TOKEN}`, accept: 'application/json' },
      },
    ]);
    expect(JSON.parse(foreign.requests[0]?.body ?? '')).toEqual({
      filter: { tenant: 't1', ids: ['u_1', 'u_2'] },
    });
    expect(foreign.requests[0]?.headers).not.toHaveProperty('x-sudare-caller');
  });

  test('goes out in a query, parted and escaped', async () => {
    await open(QUERY).read(['user:u 1', 'user:a&b=c']);
    expect(foreign.requests).toMatchObject([{ method: 'GET', url: '/people?ids=u+1%2Ca%26b%3Dc', body: '' }]);
  });

  test('goes out in a query with a parameter for each, and whole ids', async () => {
    const source = open(QUERY, (mapping) =>
      mapping.replace("separator: ',', ids: local, namespace: user", 'ids: full'),
    );
    await source.read(['user:u_1', 'user:u_2']);
    expect(foreign.requests).toMatchObject([{ url: '/people?ids=user%3Au_1&ids=user%3Au_2' }]);
  });

  test('goes out for each by itself, as a segment of the path', async () => {
    await open(EACH).read(['user:a/b', 'user:%2e%2e', 'user:$&']);
    expect(foreign.requests.map(({ url }) => url).toSorted()).toEqual([
      '/people/%24%26/consents',
      '/people/%252e%252e/consents',
      '/people/a%2Fb/consents',
    ]);
  });

  test('goes out in batches of the size that the mapping says', async () => {
    await open(QUERY).read(Array.from({ length: 120 }, (_, index) => `user:u_${index}`));
    expect(
      foreign.requests.map(({ url }) => decodeURIComponent(url).split(',').length).toSorted((a, b) => b - a),
    ).toEqual([50, 50, 20]);
  });

  test('follows the path of the URL', async () => {
    const source = open(EACH, (mapping) => mapping, `${foreign.url}/api/`);
    await source.read(['user:u_1']);
    expect(foreign.requests.map(({ url }) => url)).toEqual(['/api/people/u_1/consents']);
  });
});

describe('an id is not asked about', () => {
  const rows = [
    { name: 'of another namespace', way: LIST, subject: 'company:c_1' },
    { name: 'without a name', way: LIST, subject: 'user:' },
    { name: 'that is no Unicode', way: LIST, subject: 'user:\ud800' },
    { name: 'that ends another in a list', way: QUERY, subject: 'user:u_1,u_2' },
    { name: 'that goes up in a path', way: EACH, subject: 'user:..' },
    { name: 'that stays in a path', way: EACH, subject: 'user:.' },
  ] as const;
  test.each(rows)('$name', async ({ way, subject }) => {
    const source = open(way);
    expect(source.accepts?.(subject)).toBe(false);
    expect(source.accepts?.('user:u_1')).toBe(true);
    expect(await failureOf(source.read(['user:u_1', subject]))).toMatchObject({
      name: 'ConsentUnavailableError',
      fault: 'question',
    });
    expect(foreign.requests).toEqual([]);
  });
});

describe('an answer', () => {
  test('is understood as the mapping says', async () => {
    foreign.record('u_1', 'granted');
    foreign.record('u_1', 'revoked');
    const { leaseMs, states } = await open(LIST).read(['user:u_2', 'user:u_1']);
    expect(leaseMs).toBe(0);
    expect(states).toMatchObject([
      {
        subject: 'user:u_2',
        suspended: false,
        lastServiceUse: null,
        collectionMethods: [],
        entries: [],
        reference: null,
      },
      {
        subject: 'user:u_1',
        entries: [
          { purpose: 'marketing.recommendation', recipient: null, state: 'GIVEN', expiresAt: null },
          { purpose: 'marketing.recommendation', recipient: null, state: 'WITHDRAWN', expiresAt: null },
        ],
      },
    ]);
  });

  test('may be kept for as long as the mapping says', async () => {
    const source = open(LIST, (mapping) =>
      mapping.replace('missing: empty', 'missing: empty, leaseMs: 5000'),
    );
    expect((await source.read(['user:u_1'])).leaseMs).toBe(5_000);
  });

  test('that leaves somebody out is none, unless the mapping takes it for no entries', async () => {
    foreign.record('u_1', 'granted');
    for (const [way, missing] of [
      [LIST, ', missing: empty'],
      [QUERY, ', missing: empty'],
      [EACH, ', notFound: empty'],
    ] as const) {
      const strict = open(way, (mapping) => mapping.replace(missing, ''));
      expect(await failureOf(strict.read(['user:u_1', 'user:u_9']))).toBeInstanceOf(ConsentUnavailableError);
      expect(
        (await open(way).read(['user:u_1', 'user:u_9'])).states.map(({ entries }) => entries.length),
      ).toEqual([1, 0]);
    }
  });

  const distortions: readonly { name: string; change: (person: string) => unknown }[] = [
    { name: 'others', change: () => ({ personId: 'u_9', frozen: 'no', consents: [] }) },
    { name: 'one person twice', change: () => ({ personId: 'u_1', frozen: 'no', consents: [] }) },
    { name: 'nobody', change: () => ({ frozen: 'no', consents: [] }) },
    {
      name: 'a number that stands for several',
      change: () => ({ personId: 2 ** 53, frozen: 'no', consents: [] }),
    },
    { name: 'somebody by a list', change: (person) => ({ personId: [person], frozen: 'no', consents: [] }) },
  ];
  test.each(distortions)('that is about $name is none', async ({ change }) => {
    const people = ['u_1', 'u_2', String(2 ** 53)];
    for (const person of people) foreign.record(person, 'granted');
    foreign.distort(change);
    for (const way of [LIST, QUERY, EACH] as const) {
      const failure = await failureOf(open(way).read(people.map((person) => `user:${person}`)));
      expect(failure).toBeInstanceOf(ConsentUnavailableError);
      expect(String(failure)).not.toContain('u_');
    }
  });

  test('with an unknown word in one state is none for anybody in it', async () => {
    foreign.record('u_1', 'granted');
    foreign.record('u_2', 'granted');
    foreign.distort((person, said) =>
      person === 'u_2' ? { ...said, consents: [{ code: 'RECO', status: 'maybe', ts: Date.now() }] } : said,
    );
    for (const way of [LIST, QUERY, EACH] as const) {
      const failure = await failureOf(open(way).read(['user:u_1', 'user:u_2']));
      expect(String(failure)).toBe(
        'ConsentUnavailableError: The consent source\'s answer is not as the mapping says at "status".',
      );
    }
  });

  test('that a person is unknown tells nothing of the system', async () => {
    const strict = open(EACH, (mapping) => mapping.replace(', notFound: empty', ''));
    expect(await failureOf(strict.read(['user:u_9']))).toMatchObject({ fault: 'question' });
  });
});

test.each(['ftp://127.0.0.1', 'nowhere', 'http://127.0.0.1/?tenant=1', 'http://127.0.0.1/#a'])(
  'refuses the URL "%s"',
  (url) => {
    expect(() => open(LIST, (mapping) => mapping, url)).toThrow(TypeError);
  },
);
