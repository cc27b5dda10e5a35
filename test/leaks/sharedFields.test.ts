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
    name: 'by the subgraph that does not',
    query: '{ pen { nickname } }',
    expected: { pen: { nickname: NAME } },
  },
  {
    name: 'by the one that does',
    query: '{ me { nickname friend { nickname } } }',
    expected: { me: { nickname: NAME, friend: { nickname: NAME } } },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('fields that another subgraph alone annotates, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'fields that another subgraph alone annotates tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);
