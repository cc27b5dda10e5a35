import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import {
  CANARY,
  EMAIL,
  expectNothingTold,
  expectShown,
  sent,
  startWorld,
  STRANGERS,
  type LeakRow,
} from './world.ts';

const rows: readonly LeakRow[] = [
  {
    name: 'where it is provided',
    query: '{ letters { to { email } } }',
    expected: { letters: [{ to: { email: EMAIL } }] },
  },
  {
    name: 'under another name',
    query: '{ letters { to { id: email } } }',
    expected: { letters: [{ to: { id: EMAIL } }] },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('provided values, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'provided values tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);
