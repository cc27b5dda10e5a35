import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RELOADED } from '../../../gateway/reload/reloadable.ts';
import { createMetrics } from '../../../gateway/watch/metrics.ts';
import { OUTCOME_KINDS } from '../../../gateway/watch/outcome.ts';
import { RELOAD_OUTCOMES } from '../../../gateway/watch/readiness.ts';
import { startWatchedWorld, type Manner, type WatchedWorld } from './watchedWorld.ts';

const MARKETING = { client: 'mail-campaign', purpose: 'marketing.recommendation' };
const QUERY = '{ users { id name email } }';

let world: WatchedWorld;

beforeAll(async () => (world = await startWatchedWorld()));
afterEach(() => {
  world.subgraphIs('well');
  world.consentSourceIs('well');
});
afterAll(async () => await world.close());

const PATIENCE = { timeout: 10_000, interval: 20 };

/** Waits until what was begun is over, also where nobody waits for it any more. */
async function nobodyLeft(): Promise<void> {
  const idle = ['sudare_requests_in_flight 0'];
  await vi.waitFor(
    async () => expect(await world.scraped('sudare_requests_in_flight')).toEqual(idle),
    PATIENCE,
  );
}

/** How much a metric grew while something was done; what was not there was 0. */
async function growth(line: string, work: () => Promise<unknown>): Promise<number> {
  const value = async (): Promise<number> => {
    const [found] = await world.scraped(`${line} `);
    return Number(found?.slice(line.length + 1) ?? 0);
  };
  const before = await value();
  await work();
  return (await value()) - before;
}

const requests = (client: string, purpose: string, outcome: string): string =>
  `sudare_requests_total{client="${client}",purpose="${purpose}",outcome="${outcome}"}`;

const post = async (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  await fetch(world.gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('requests are counted by client, purpose and outcome', () => {
  const rows: readonly {
    readonly name: string;
    readonly work: () => Promise<unknown>;
    readonly counted: string;
    readonly times?: number;
  }[] = [
    {
      name: 'answered',
      work: async () => await world.gateway.send({ query: QUERY, ...MARKETING }),
      counted: requests('mail-campaign', 'marketing.recommendation', 'OK'),
    },
    {
      name: 'answered without a purpose',
      work: async () => await world.gateway.send({ query: '{ users { label } }' }),
      counted: requests('support-desk', 'none', 'OK'),
    },
    {
      name: 'a client that the policy does not have',
      work: async () => await world.gateway.send({ query: QUERY, client: 'canary' }),
      counted: requests('other', 'none', 'CLIENT_UNKNOWN'),
    },
    {
      name: 'a purpose that the policy does not have',
      work: async () =>
        await world.gateway.send({ query: QUERY, client: 'mail-campaign', purpose: 'canary' }),
      counted: requests('mail-campaign', 'other', 'PURPOSE_UNKNOWN'),
    },
    {
      name: 'a purpose of the operation’s own',
      work: async () =>
        await world.gateway.send({
          query: 'query Own @usedFor(purpose: "marketing.recommendation") { users { name } }',
          client: 'mail-campaign',
        }),
      counted: requests('mail-campaign', 'marketing.recommendation', 'OK'),
    },
    {
      name: 'nobody',
      work: async () => await post(JSON.stringify({ query: QUERY })),
      counted: requests('other', 'none', 'UNAUTHENTICATED'),
    },
    {
      name: 'no GraphQL that can be parsed',
      work: async () => await world.gateway.send({ query: '{ canary', ...MARKETING }),
      counted: requests('mail-campaign', 'marketing.recommendation', 'GRAPHQL_PARSE_FAILED'),
    },
    {
      name: 'none of the schema',
      work: async () => await world.gateway.send({ query: '{ canary }' }),
      counted: requests('support-desk', 'none', 'GRAPHQL_VALIDATION_FAILED'),
    },
    {
      name: 'no JSON',
      work: async () => await post('{"canary', { 'x-client-id': 'support-desk' }),
      counted: requests('support-desk', 'none', 'REQUEST_INVALID'),
    },
    {
      name: 'too large an operation',
      work: async () => await world.gateway.send({ query: `{ users { ${'id '.repeat(20_000)} } }` }),
      counted: requests('support-desk', 'none', 'OPERATION_TOO_LARGE'),
    },
    {
      name: 'too large an operation of a client that the policy does not have',
      work: async () => await world.gateway.send({ query: `{ ${'id '.repeat(20_000)} }`, client: 'canary' }),
      counted: requests('other', 'none', 'OPERATION_TOO_LARGE'),
    },
    {
      name: 'another form than JSON',
      work: async () => await post('canary', { 'x-client-id': 'support-desk', 'content-type': 'text/plain' }),
      counted: requests('other', 'none', 'REQUEST_INVALID'),
    },
    {
      name: 'no query',
      work: async () => await post('{}', { 'x-client-id': 'support-desk' }),
      counted: requests('other', 'none', 'BAD_REQUEST'),
    },
    {
      name: 'another page',
      work: async () => await fetch(new URL('/canary', world.gateway.url)),
      counted: requests('other', 'none', 'REQUEST_INVALID'),
    },
    {
      name: 'headers that are too long',
      work: async () => await post('{}', { 'x-purpose': 'canary'.repeat(5_000) }),
      counted: requests('other', 'none', 'REQUEST_INVALID'),
    },
  ];

  it.each(rows)('$name', async ({ work, counted }) => {
    const others = async (): Promise<number> =>
      (await world.scraped('sudare_requests_total')).reduce(
        (sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))),
        0,
      );
    const before = await others();
    const lines = world.requestLines().length;
    expect(await growth(counted, work)).toBe(1);
    // It is counted, and logged, once.
    expect((await others()) - before).toBe(1);
    expect(world.requestLines()).toHaveLength(lines + 1);
    expect(await world.scraped('sudare_requests_in_flight')).toEqual(['sudare_requests_in_flight 0']);
  });

  it('of a client that left, once its calls have been given up', async () => {
    world.subgraphIs('hangs');
    const leaving = new AbortController();
    const calls = world.calls().length;
    const left = requests('mail-campaign', 'marketing.recommendation', 'CLIENT_LEFT');
    const work = async (): Promise<void> => {
      const headers = {
        'content-type': 'application/json',
        'x-client-id': 'mail-campaign',
        'x-purpose': 'marketing.recommendation',
      };
      const body = JSON.stringify({ query: QUERY });
      const sent = fetch(world.gateway.url, { method: 'POST', headers, body, signal: leaving.signal });
      await vi.waitFor(() => expect(world.calls().length).toBeGreaterThan(calls), PATIENCE);
      leaving.abort();
      await expect(sent).rejects.toThrow();
      await nobodyLeft();
    };
    expect(await growth(left, work)).toBe(1);
    const [cancelled] = await world.scraped(
      'sudare_subgraph_call_duration_seconds_count{subgraph="people",outcome="cancelled"}',
    );
    expect(cancelled).toMatch(/ 1$/);
  });

  it('of an answer that was not there in time', async () => {
    world.subgraphIs('hangs');
    const late = requests('mail-campaign', 'marketing.recommendation', 'DEADLINE_EXCEEDED');
    const work = async (): Promise<void> => {
      const headers = { 'x-request-timeout': '1000' };
      await world.gateway.send({ query: QUERY, ...MARKETING, headers });
      await nobodyLeft();
    };
    expect(await growth(late, work)).toBe(1);
    expect(await world.scraped('sudare_requests_in_flight')).toEqual(['sudare_requests_in_flight 0']);
  });
});

const decided = (category: string, decision: string, reason: string): string =>
  `sudare_decisions_total{category="${category}",decision="${decision}",reason="${reason}"}`;
const called = (outcome: string): string =>
  `sudare_subgraph_call_duration_seconds_count{subgraph="people",outcome="${outcome}"}`;

describe('what a request brings about is counted', () => {
  const rows: readonly {
    readonly name: string;
    readonly query?: string;
    readonly subgraph?: Manner;
    readonly source?: Manner;
    readonly counted: string;
    readonly times: number;
  }[] = [
    {
      name: 'decisions, once for all rows',
      counted: decided('contact.email', 'denied', 'CONSENT_NOT_GIVEN'),
      times: 1,
    },
    {
      name: 'decisions by their true reason',
      source: 'broken',
      counted: decided('identity.name', 'denied', 'CONSENT_UNAVAILABLE'),
      times: 1,
    },
    { name: 'calls of subgraphs', counted: called('ok'), times: 1 },
    { name: 'calls with errors', subgraph: 'errs', counted: called('errors'), times: 1 },
    { name: 'calls that failed', subgraph: 'broken', counted: called('failed'), times: 1 },
    { name: 'calls that took too long', subgraph: 'hangs', counted: called('timeout'), times: 1 },
    {
      name: 'prepared operations that are made',
      query: '{ users { email } }',
      counted: 'sudare_prepared_total{result="made"}',
      times: 1,
    },
    { name: 'and found', counted: 'sudare_prepared_total{result="kept"}', times: 1 },
    { name: 'reads of the consent source', counted: 'sudare_consent_source_reads_total', times: 1 },
    {
      name: 'and their failures',
      source: 'broken',
      counted: 'sudare_consent_source_failures_total',
      times: 1,
    },
    { name: 'lines of the access record', counted: 'sudare_audit_kept_total', times: 1 },
  ];

  it.each(rows)('$name', async ({ query = QUERY, subgraph = 'well', source = 'well', counted, times }) => {
    await world.gateway.send({ query: QUERY, ...MARKETING });
    world.subgraphIs(subgraph);
    world.consentSourceIs(source);
    const work = async (): Promise<unknown> => await world.gateway.send({ query, ...MARKETING });
    expect(await growth(counted, work)).toBe(times);
  });
});

it('what the gateway knows of itself is asked at each scrape', async () => {
  await world.gateway.send({ query: QUERY, ...MARKETING });
  const state = async (name: string): Promise<readonly string[]> => await world.scraped(`${name} `);
  expect(await state('sudare_ready')).toEqual(['sudare_ready 1']);
  expect(await state('sudare_degraded')).toEqual(['sudare_degraded 0']);
  expect(await state('sudare_consent_circuit_state')).toEqual(['sudare_consent_circuit_state 0']);
  expect(await state('sudare_prepared_entries')).not.toEqual(['sudare_prepared_entries 0']);
  // There is no cache: nothing is told of it.
  expect(await state('sudare_consent_source_in_flight')).toEqual(['sudare_consent_source_in_flight 0']);

  world.consentSourceIs('broken');
  for (let sent = 0; sent < 12; sent++) await world.gateway.send({ query: QUERY, ...MARKETING });
  expect(await state('sudare_consent_circuit_state')).toEqual(['sudare_consent_circuit_state 2']);
  expect(await state('sudare_degraded')).toEqual(['sudare_degraded 1']);
  expect(await state('sudare_ready')).toEqual(['sudare_ready 1']);
});

describe('requests that fail through no fault of the client’s are counted, and they alone', () => {
  const rows: readonly {
    readonly name: string;
    readonly work: () => unknown;
    readonly times: 0 | 1;
  }[] = [
    {
      name: 'a subgraph that is down, without which there is no data',
      work: async () => {
        world.subgraphIs('broken');
        expect(await world.gateway.send({ query: QUERY, ...MARKETING })).toMatchObject({ data: null });
      },
      times: 1,
    },
    {
      name: 'a gateway that failed before there was a request',
      work: () => world.watch.refused('GATEWAY_ERROR', 500),
      times: 1,
    },
    {
      name: 'what is no request',
      work: async () => await post('{"canary', { 'x-client-id': 'support-desk' }),
      times: 0,
    },
    {
      name: 'a client that is not known',
      work: async () => await world.gateway.send({ query: QUERY, client: 'canary' }),
      times: 0,
    },
    {
      name: 'a hash of another document',
      work: async () => {
        const extensions = { persistedQuery: { version: 1, sha256Hash: 'canary' } };
        const body = JSON.stringify({ query: QUERY, extensions });
        const headers = { 'x-client-id': 'mail-campaign', 'x-purpose': 'marketing.recommendation' };
        expect((await post(body, headers)).status).toBe(400);
      },
      times: 0,
    },
  ];

  it.each(rows)('$name', async ({ work, times }) => {
    expect(await growth('sudare_requests_failed_total', async () => await work())).toBe(times);
  });
});

it('what alerts ask the growth of is there from the start, since nothing grows from what was not there', async () => {
  const lines = (await createMetrics().text()).split('\n');
  for (const what of RELOADED) {
    for (const outcome of RELOAD_OUTCOMES) {
      expect(lines).toContain(`sudare_reloads_total{what="${what}",outcome="${outcome}"} 0`);
    }
  }
  for (const kind of OUTCOME_KINDS) {
    expect(lines).toContain(`sudare_request_duration_seconds_count{kind="${kind}"} 0`);
  }
});

it('reloads are counted', async () => {
  const line = 'sudare_reloads_total{what="policy",outcome="refused"}';
  const work = async (): Promise<void> => {
    await Promise.resolve(world.watch.reloaded('policy', 'refused'));
  };
  expect(await growth(line, work)).toBe(1);
  world.watch.reloaded('policy', 'reloaded');
});

it('metrics that follow no gateway tell nothing of one', async () => {
  const text = await createMetrics().text();
  expect(text).toContain('# TYPE sudare_ready gauge');
  expect(text).not.toMatch(/^sudare_ready /m);
});
