import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { EMAIL, MARKETING, NAME, startWorld, told } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startWorld({
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
  });
});

afterAll(async () => await gateway.close());

const shown = { name: 'canary-name-1', email: 'canary-email-1@example.com' };
const hidden = { name: NAME, email: EMAIL };

it.each([
  { name: 'in a list', query: '{ users { name email } }', expected: { users: [shown, hidden] } },
  {
    name: 'in lists of lists, after and before',
    query: '{ circles { name email } }',
    expected: { circles: [[hidden, shown], [], [hidden]] },
  },
  {
    name: 'in an object of another subject',
    query: '{ users { name email friend { name email } } }',
    expected: {
      users: [
        { ...shown, friend: hidden },
        { ...hidden, friend: shown },
      ],
    },
  },
  {
    name: 'in objects that one subject’s own lead to',
    query: '{ users { address { city rooms { label } } friend { address { city } } } }',
    expected: {
      users: [
        {
          address: { city: 'canary-city-1', rooms: [{ label: 'canary-room-1' }] },
          friend: { address: null },
        },
        { address: null, friend: { address: { city: 'canary-city-1' } } },
      ],
    },
  },
  {
    name: 'in what another subgraph makes of it',
    query: '{ users { poster greeting } }',
    expected: {
      users: [
        { poster: 'POSTER Dear canary-name-1', greeting: 'Dear canary-name-1' },
        { poster: NAME, greeting: NAME },
      ],
    },
  },
])('one row’s denial does not show on another: $name', async ({ query, expected }) => {
  const answer = await gateway.send({ query, ...MARKETING });
  expect(answer.data).toEqual(expected);
  expect(told(gateway, answer)).not.toMatch(/canary-\w+-2/);
});
