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
    name: 'by one field',
    query: '{ me { label greeting } }',
    expected: { me: { label: 'user 2', greeting: NAME } },
  },
  {
    name: 'by a chain of fields',
    query: '{ me { id poster } }',
    expected: { me: { id: '2', poster: NAME } },
  },
  {
    name: 'under other names',
    query: '{ me { name: poster label: greeting greeting: name } }',
    expected: { me: { name: NAME, label: NAME, greeting: NAME } },
  },
  {
    name: 'from where only the key is known',
    query: '{ pen { poster } letters { to { greeting } } }',
    expected: { pen: { poster: NAME }, letters: [{ to: { greeting: NAME } }] },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('values made of required ones, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'values made of required ones tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);
