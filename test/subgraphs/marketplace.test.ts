import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_COUNTS } from '../../subgraphs/demoIds.ts';
import { MARKETPLACE } from '../../subgraphs/marketplace.ts';
import type { RunningSubgraph } from '../../subgraphs/startSubgraph.ts';

const running = new Map<string, RunningSubgraph>();

beforeAll(async () => {
  for (const [name, start] of MARKETPLACE) running.set(name, await start({ host: '127.0.0.1', port: 0 }));
});

afterAll(async () => {
  await Promise.all([...running.values()].map(async (subgraph) => await subgraph.stop()));
});

function urlOf(name: string): string {
  return running.get(name)?.url ?? 'not started';
}

async function post(name: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(urlOf(name), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function ask(name: string, query: string, variables: object = {}): Promise<unknown> {
  const response = await post(name, JSON.stringify({ query, variables }));
  return await response.json();
}

const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename ';

const answers = [
  {
    name: 'users come in the order of their ids',
    given: ['accounts', '{ users(first: 3) { id } }', {}],
    expected: { users: [{ id: 'u_1' }, { id: 'u_2' }, { id: 'u_3' }] },
  },
  {
    name: 'the next page starts behind the last id',
    given: ['accounts', '{ users(first: 2, after: "u_9") { id } }', {}],
    expected: { users: [{ id: 'u_10' }, { id: 'u_11' }] },
  },
  {
    name: 'behind the last one nothing is left',
    given: ['accounts', `{ users(after: "u_${String(DEMO_COUNTS.u)}") { id } }`, {}],
    expected: { users: [] },
  },
  {
    name: 'an unknown user is null',
    given: ['accounts', '{ user(id: "u_0") { id } other: user(id: "__proto__") { id } }', {}],
    expected: { user: null, other: null },
  },
  {
    name: 'node finds things of several types and nothing that is none',
    given: [
      'accounts',
      '{ u: node(id: "u_2") { __typename id } j: node(id: "j_300") { __typename id } m: node(id: "m_1") { __typename } n: node(id: "j_301") { id } }',
      {},
    ],
    expected: {
      u: { __typename: 'User', id: 'u_2' },
      j: { __typename: 'Job', id: 'j_300' },
      m: { __typename: 'Message' },
      n: null,
    },
  },
  {
    name: 'accounts resolves users for other subgraphs, and nobody for an unknown id',
    given: [
      'accounts',
      `${ENTITIES} ... on User { id role } } }`,
      {
        of: [
          { __typename: 'User', id: 'u_7' },
          { __typename: 'User', id: 'x' },
        ],
      },
    ],
    expected: { _entities: [{ __typename: 'User', id: 'u_7', role: 'MEMBER' }, null] },
  },
  {
    name: 'jobs makes the title of the nickname that it requires',
    given: [
      'jobs',
      `${ENTITIES} ... on User { displayTitle } } }`,
      {
        of: [
          { __typename: 'User', id: 'u_1', nickname: 'kingfisher' },
          { __typename: 'User', id: 'u_1', nickname: null },
        ],
      },
    ],
    expected: {
      _entities: [
        { __typename: 'User', displayTitle: 'kingfisher (development)' },
        { __typename: 'User', displayTitle: null },
      ],
    },
  },
  {
    name: 'a job is posted by a party of either kind',
    given: ['jobs', '{ jobs(first: 2, after: "j_2") { postedBy { __typename id } } }', {}],
    expected: {
      jobs: [
        { postedBy: { __typename: 'User', id: 'u_3' } },
        { postedBy: { __typename: 'Agency', id: 'a_4' } },
      ],
    },
  },
  {
    name: 'a contract joins two users',
    given: ['jobs', '{ contract(id: "c_5") { client { id } worker { id } job { id } } }', {}],
    expected: { contract: { client: { id: 'u_5' }, worker: { id: 'u_1' }, job: { id: 'j_5' } } },
  },
  {
    name: 'a message belongs to two users, in a thread of both',
    given: [
      'messages',
      '{ message(id: "m_2") { sender { id } recipient { id } thread { id participants { id } } } }',
      {},
    ],
    expected: {
      message: {
        sender: { id: 'u_2' },
        recipient: { id: 'u_1' },
        thread: { id: 't_1', participants: [{ id: 'u_1' }, { id: 'u_2' }] },
      },
    },
  },
  {
    name: 'payments adds to contracts what the client pays and the worker gets',
    given: [
      'payments',
      `${ENTITIES} ... on Contract { payment { payer { id } } payout { payee { id } state } } } }`,
      { of: [{ __typename: 'Contract', id: 'c_1' }] },
    ],
    expected: {
      _entities: [
        {
          __typename: 'Contract',
          payment: { payer: { id: 'u_1' } },
          payout: { payee: { id: 'u_2' }, state: 'PAID' },
        },
      ],
    },
  },
  {
    name: 'activity gives a user their own history only, the latest first',
    given: [
      'activity',
      `${ENTITIES} ... on User { activity { id user { id } } } } }`,
      { of: [{ __typename: 'User', id: 'u_2' }] },
    ],
    expected: {
      _entities: [
        {
          __typename: 'User',
          activity: ['e_1042', 'e_522', 'e_2'].map((id) => ({ id, user: { id: 'u_2' } })),
        },
      ],
    },
  },
  {
    name: 'inquiries come newest first when asked so',
    given: ['inquiries', '{ inquiries(first: 1, orderBy: NEWEST) { id from { id } } }', {}],
    expected: { inquiries: [{ id: 'q_260', from: { id: 'u_260' } }] },
  },
] as const;

describe('the marketplace over HTTP', () => {
  it.each(answers)('$name', async ({ given: [name, query, variables], expected }) => {
    expect(await ask(name, query, variables)).toEqual({ data: expected });
  });

  it('gives the shared nickname alike in both subgraphs that own it', async () => {
    const query = `${ENTITIES} ... on User { id nickname } } }`;
    const of = Array.from({ length: DEMO_COUNTS.u }, (_, index) => ({
      __typename: 'User',
      id: `u_${String(index + 1)}`,
    }));
    const [one, other] = await Promise.all([ask('accounts', query, { of }), ask('inquiries', query, { of })]);
    expect(one).toEqual(other);
    expect(JSON.stringify(one)).not.toContain('"nickname":null');
  });

  it('searches jobs, and gives proposals and workers with them', async () => {
    const found = JSON.stringify(
      await ask('jobs', '{ search(text: "LOGO", first: 3) { __typename ... on Job { title } } }'),
    );
    expect(found).toMatch(/"Job","title":"Logo[^}]*\},\{"__typename":"Proposal"\},\{"__typename":"User"\}/);
  });

  it('orders inquiries by an address that it does not show', async () => {
    const answer = await ask(
      'inquiries',
      '{ inquiries(first: 1000, orderBy: CONTACT_EMAIL) { contactEmail } }',
    );
    const emails = [...JSON.stringify(answer).matchAll(/"contactEmail":"([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    expect(emails).toHaveLength(DEMO_COUNTS.q);
    expect(emails).toEqual(emails.toSorted((a, b) => (a < b ? -1 : 1)));
  });
});

const update =
  'mutation ($id: ID!, $input: ProfileInput!) { updateProfile(id: $id, input: $input) { name phone email address { city street } } }';

describe('updateProfile', () => {
  it('changes what is given and keeps the rest', async () => {
    const before = await ask('accounts', '{ user(id: "u_8") { name email address { street } } }');
    const input = { phone: null, address: { city: 'Mitaka' } };
    const after = JSON.stringify(await ask('accounts', update, { id: 'u_8', input }));
    expect(after).toContain('"phone":null');
    expect(after).toContain('"city":"Mitaka"');
    expect(await ask('accounts', '{ user(id: "u_8") { name email address { street } } }')).toEqual(before);
  });

  it('can be looked up by the new address afterwards', async () => {
    await ask('accounts', update, { id: 'u_9', input: { email: 'moved@example.com' } });
    expect(await ask('accounts', '{ usersByEmail(email: "Moved@example.com") { id } }')).toEqual({
      data: { usersByEmail: [{ id: 'u_9' }] },
    });
  });
});

const refusals = [
  { name: 'too many rows', given: ['{ users(first: 1001) { id } }', {}], expected: /between 0 and 1000/ },
  { name: 'a negative count', given: ['{ users(first: -1) { id } }', {}], expected: /between 0 and 1000/ },
  {
    name: 'a page behind nobody',
    given: ['{ users(after: "secret") { id } }', {}],
    expected: /id of an item/,
  },
  {
    name: 'an empty name',
    given: [update, { id: 'u_7', input: { name: ' ' } }],
    expected: /not to be empty/,
  },
  {
    name: 'no e-mail at all',
    given: [update, { id: 'u_7', input: { email: null } }],
    expected: /not to be empty/,
  },
  {
    name: 'a false e-mail',
    given: [update, { id: 'u_7', input: { email: 'secret' } }],
    expected: /address such as/,
  },
] as const;

describe('bad input to accounts', () => {
  it.each(refusals)(
    '$name: says what was expected and quotes nothing',
    async ({ given: [query, variables], expected }) => {
      const text = JSON.stringify(await ask('accounts', query, variables));
      expect(text).toMatch(expected);
      expect(text).toContain('BAD_USER_INPUT');
      expect(text).not.toContain('secret');
      expect(text).not.toContain('stacktrace');
    },
  );
});

describe('the HTTP door of a subgraph', () => {
  it('answers health checks', async () => {
    const response = await fetch(urlOf('jobs').replace('/graphql', '/health'));
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('lets no web page of another origin read its answers', async () => {
    const response = await post('accounts', '{"query":"{ __typename }"}', {
      origin: 'https://attacker.example',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    { name: 'another path', given: ['/', 'POST', '{}'], expected: 404 },
    { name: 'another method', given: ['/graphql', 'PUT', '{}'], expected: 405 },
    { name: 'a body that is no JSON', given: ['/graphql', 'POST', '{"query": secret'], expected: 400 },
    { name: 'a body that is no request', given: ['/graphql', 'POST', '[]'], expected: 400 },
    { name: 'too large a body', given: ['/graphql', 'POST', `"${'x'.repeat(11_000_000)}"`], expected: 413 },
  ] as const)('refuses $name', async ({ given: [path, method, body], expected }) => {
    const request = { method, headers: { 'content-type': 'application/json' }, body };
    const response = await fetch(urlOf('accounts').replace('/graphql', path), request);
    expect(response.status).toBe(expected);
    expect(await response.text()).not.toContain('secret');
  });

  it('says when its port is taken, and leaves nothing running', async () => {
    const port = Number(new URL(urlOf('accounts')).port);
    const start = MARKETPLACE.get('jobs');
    await expect(start?.({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
