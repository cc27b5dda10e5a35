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
  SUPPORT,
  type LeakRow,
} from './world.ts';

const rows: readonly LeakRow[] = [
  {
    name: 'an object',
    query: 'mutation { touch(id: "2") { id email friend { name } } }',
    expected: { touch: { id: '2', email: EMAIL, friend: { name: NAME } } },
  },
  {
    name: 'several in order, under other names',
    query: 'mutation { email: revealEmail(id: "1") touch(id: "2") { label: name } b: revealEmail(id: "2") }',
    expected: { email: EMAIL, touch: { label: NAME }, b: EMAIL },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('results of mutations, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'results of mutations tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);

it('a leaf of a mutation, which names no subject, is told nobody, and still written', async () => {
  gateway.forget();
  const row = {
    name: 'a leaf',
    query: 'mutation { revealEmail(id: "2") }',
    expected: { revealEmail: EMAIL },
  };
  await expectNothingTold(gateway, row, SUPPORT);
  expect(gateway.sent('accounts')).toHaveLength(1);
});
