import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import {
  CANARY,
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
    name: 'of objects',
    query: '{ circles { name } }',
    expected: { circles: [[{ name: NAME }, { name: NAME }], [], [{ name: NAME }]] },
  },
  { name: 'of leaves', query: '{ me { notes } }', expected: { me: { notes: [] } } },
  {
    name: 'in objects in lists',
    query: '{ users { address { rooms { label } } } }',
    expected: { users: [{ address: null }, { address: null }] },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('lists of lists, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'lists of lists tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);
