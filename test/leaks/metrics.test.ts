import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWatchedWorld, type WatchedWorld } from '../gateway/watch/watchedWorld.ts';
import { CANARY, MARKETING, SUPPORT } from './world.ts';

let world: WatchedWorld;

beforeAll(async () => (world = await startWatchedWorld()));
afterAll(async () => await world.close());

const requests: readonly {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly caller?: Readonly<Record<string, unknown>>;
}[] = [
  { name: 'personal data that is shown', query: '{ users { id label name email } }' },
  { name: 'names and aliases', query: 'query canary { canary: users { canary: name } }' },
  { name: 'literals', query: '{ user(id: "canary") { name } }' },
  { name: 'variables', query: 'query ($id: ID!) { user(id: $id) { name } }', variables: { id: 'canary' } },
  {
    name: 'variables that do not fit',
    query: 'query ($id: ID!) { user(id: $id) { id } }',
    variables: { id: { canary: 1 } },
  },
  { name: 'what is not in the schema', query: '{ canary }' },
  { name: 'what cannot be parsed', query: '{ user(id: "canary' },
  { name: 'a client of its own making', query: '{ users { id } }', caller: { client: 'canary"} 1' } },
  { name: 'a purpose of its own making', query: '{ users { id } }', caller: { purpose: 'canary' } },
  {
    name: 'a purpose of its own making in the operation',
    query: 'query Q @usedFor(purpose: "canary") { users { id } }',
    caller: { client: 'mail-campaign' },
  },
  {
    name: 'headers',
    query: '{ users { name } }',
    caller: {
      headers: {
        'x-recipient': 'canary',
        'x-end-user': 'user:canary',
        'x-actor': 'canary',
        'x-ground': '{"kind":"canary"}',
        traceparent: 'canary',
      },
    },
  },
];

it.each(requests)(
  'metrics, spans and log lines of requests hold no value: $name',
  async ({ query, variables, caller }) => {
    for (const manner of ['well', 'errs', 'broken'] as const) {
      world.subgraphIs(manner);
      for (const by of [SUPPORT, MARKETING]) {
        await world.gateway.send({
          query,
          ...(variables === undefined ? {} : { variables }),
          ...by,
          ...caller,
        });
      }
    }
    const scraped = await world.scraped();
    expect(scraped.join('\n')).not.toContain(CANARY);
    expect(scraped.join('\n')).not.toContain('user:');
    expect(JSON.stringify(world.requestLines())).not.toContain(CANARY);
    expect(
      JSON.stringify(world.spans().map(({ name, attributes, events }) => [name, attributes, events])),
    ).not.toContain(CANARY);
  },
);

it('there are metrics to look at, also of what was refused and of what failed', async () => {
  const scraped = (await world.scraped()).join('\n');
  expect(scraped).toContain('client="support-desk"');
  expect(scraped).toContain('client="other",purpose="service.support",outcome="CLIENT_UNKNOWN"');
  expect(scraped).toContain('purpose="other",outcome="PURPOSE_UNKNOWN"');
  expect(scraped).toContain('category="contact.email"');
  expect(scraped).toContain('outcome="errors"');
});

it('the lines of requests hold what they hold, and nothing else', () => {
  expect(world.requestLines().length).toBeGreaterThan(20);
  const allowed = ['level', 'time', 'msg', 'traceId', 'client', 'purpose', 'outcome', 'status', 'durationMs'];
  for (const line of world.requestLines()) {
    expect(Object.keys(line).filter((key) => !allowed.includes(key))).toEqual([]);
  }
});

it('the labels of metrics are the ones that are bounded', async () => {
  const labels = new Set((await world.scraped('sudare_')).flatMap((line) => line.match(/\w+(?==")/g) ?? []));
  expect([...labels].toSorted()).toEqual(
    [
      'category',
      'client',
      'decision',
      'kind',
      'le',
      'outcome',
      'purpose',
      'reason',
      'result',
      'subgraph',
      'what',
    ].toSorted(),
  );
});
