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
    name: 'inline',
    query: '{ me { ... on User { email } ... { name } } }',
    expected: { me: { email: EMAIL, name: NAME } },
  },
  {
    name: 'named',
    query: '{ me { ...F } } fragment F on User { email ...G } fragment G on User { name }',
    expected: { me: { email: EMAIL, name: NAME } },
  },
  {
    name: 'of an interface on a type',
    query: '{ me { ...F } } fragment F on Party { contact ... on User { x: contact } }',
    expected: { me: { contact: EMAIL, x: EMAIL } },
  },
  {
    name: 'one spread twice, beside the field',
    query: '{ me { ...F email ...F } } fragment F on User { email friend { email } }',
    expected: { me: { email: EMAIL, friend: { email: EMAIL } } },
  },
  {
    name: 'merged from several places',
    query: '{ me { address { city } ...F } } fragment F on User { address { rooms { label } } }',
    expected: { me: { address: null } },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('fragments, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)('fragments tell a caller who may know: $name', async (row) => await expectShown(gateway, row));
