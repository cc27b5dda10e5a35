import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, startWorld, SUPPORT } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

const requests = [
  { name: 'personal data that is shown', query: '{ users { name email poster address { city } } }' },
  { name: 'literals in a query', query: '{ node(id: "canary-literal") { id } }' },
  { name: 'names in a query', query: 'query canary { canary: me { id } }' },
  {
    name: 'variables',
    query: 'query ($id: ID!) { node(id: $id) { id } }',
    variables: { id: 'canary-variable' },
  },
  { name: 'errors of subgraphs', query: '{ users { failing broken } }' },
  { name: 'invalid queries', query: '{ node(id: "canary-literal") { canary } }' },
  { name: 'queries that cannot be parsed', query: '{ node(id: "canary' },
  {
    name: 'variables that do not fit',
    query: 'query ($id: ID!) { node(id: $id) { id } }',
    variables: { id: { canary: 1 } },
  },
];

it.each(requests)('logs and audit lines hold no value: $name', async ({ query, variables = {} }) => {
  await gateway.send({ query, variables, ...SUPPORT });
  expect(gateway.logged()).not.toContain(CANARY);
  // Whom it was about is recorded by a reference that only the audit's key links to an id.
  const audited = gateway.audited().join('\n');
  expect(audited.replaceAll('"operation":"canary"', '')).not.toContain(CANARY);
  expect(audited).not.toContain('user:');
});

it('there are log and audit lines to look at', async () => {
  await gateway.send({ query: '{ users { failing email } }', ...SUPPORT });
  expect(gateway.logged()).toContain('"subgraph":"accounts"');
  expect(gateway.audited().join('\n')).toContain('User.email');
});

describe('the path of a subgraph’s error', () => {
  let odd: TestGateway;
  let path: unknown = [];

  beforeAll(async () => {
    odd = await startGateway({
      subgraphs: [
        {
          name: 'accounts',
          typeDefs: 'type Query { label: String }',
          onWire: () => JSON.stringify({ data: { label: null }, errors: [{ message: 'canary', path }] }),
        },
      ],
    });
  });

  afterAll(async () => await odd.close());

  it.each([
    [['canary']],
    [['label', 'canary', 0]],
    [[{ canary: 1 }]],
    ['canary'],
    [['toString']],
    [['_entities', 'canary']],
  ])('is not logged where it is none of ours: %j', async (given) => {
    path = given;
    const answer = await odd.send({ query: '{ l: label }' });
    expect(odd.logged()).not.toMatch(/canary|toString/);
    expect(answer.text).not.toContain(CANARY);
    expect(answer.data).toEqual({ l: null });
  });

  it('is logged where it is', async () => {
    path = ['label'];
    const { errors } = await odd.send({ query: '{ l: label }' });
    expect(odd.logged()).toContain('"path":["label"]');
    expect(errors.map((error) => error.path)).toEqual([['l']]);
  });
});
