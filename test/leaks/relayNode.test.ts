import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import {
  CANARY,
  EMAIL,
  expectNothingTold,
  expectShown,
  NAME,
  sent,
  startWorld,
  STRANGERS,
  type LeakRow,
} from './world.ts';

const rows: readonly LeakRow[] = [
  {
    name: 'by a fragment',
    query: '{ node(id: "2") { id ... on User { email name } } }',
    expected: { node: { id: '2', email: EMAIL, name: NAME } },
  },
  {
    name: 'by a fragment on another interface',
    query: '{ node(id: "2") { ... on Party { contact } } }',
    expected: { node: { contact: EMAIL } },
  },
  {
    name: 'through a variable, twice',
    query:
      'query ($id: ID!) { a: node(id: $id) { ... on User { email } } b: node(id: $id) { ... on User { email: name } } }',
    variables: { id: '2' },
    expected: { a: { email: EMAIL }, b: { email: NAME } },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('nodes by id, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'nodes by id tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);
