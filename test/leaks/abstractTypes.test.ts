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
    name: 'a field of an interface, by concrete type',
    query: '{ parties { contact } }',
    expected: { parties: [{ contact: 'desk@example.com' }, { contact: EMAIL }] },
  },
  {
    name: 'with another alias for each type',
    query: '{ parties { ... on User { a: contact } ... on Company { b: contact } } }',
    expected: { parties: [{ b: 'desk@example.com' }, { a: EMAIL }] },
  },
  {
    name: 'without __typename',
    query: '{ parties { ... on Party { contact label } } }',
    expected: {
      parties: [
        { contact: 'desk@example.com', label: 'Example Ltd.' },
        { contact: EMAIL, label: 'user 2' },
      ],
    },
  },
  {
    name: 'a union',
    query: '{ found { ... on User { email name } ... on Party { contact } } }',
    expected: { found: [{ email: EMAIL, name: NAME, contact: EMAIL }, { contact: 'desk@example.com' }] },
  },
  {
    name: '__typename under another name',
    query: '{ found { contact: __typename ... on User { __typename: email } } }',
    expected: { found: [{ contact: 'User', __typename: EMAIL }, { contact: 'Company' }] },
  },
];

let gateway: TestGateway;

beforeAll(async () => (gateway = await startWorld()));

afterAll(async () => await gateway.close());

describe.each(STRANGERS)('interfaces and unions, asked $who', ({ caller }) => {
  it.each(rows)('tell nothing: $name', async (row) => {
    gateway.forget();
    await expectNothingTold(gateway, row, caller);
    expect(sent(gateway, 'accounts')).not.toContain(CANARY);
  });
});

it.each(rows)(
  'interfaces and unions tell a caller who may know: $name',
  async (row) => await expectShown(gateway, row),
);
