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
    name: 'on',
    query: 'query ($yes: Boolean!) { me { email @include(if: $yes) ... @skip(if: $yes) { name } } }',
    variables: { yes: true },
    expected: { me: { email: EMAIL } },
  },
  {
    name: 'one of two under one key',
    query: 'query ($yes: Boolean!) { me { x: name @skip(if: $yes) x: name @include(if: $yes) } }',
    variables: { yes: true },
    expected: { me: { x: NAME } },
  },
  {
    name: 'by default',
    query: 'query ($yes: Boolean! = true) { me { ...F @include(if: $yes) } } fragment F on User { email }',
    expected: { me: { email: EMAIL } },
  },
  {
    name: 'twice',
    query:
      'query ($yes: Boolean!, $no: Boolean!) { me @include(if: $yes) { email @include(if: $yes) @skip(if: $no) name @skip(if: $yes) } }',
    variables: { yes: true, no: false },
    expected: { me: { email: EMAIL } },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('what conditions switch, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'what conditions switch tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);
