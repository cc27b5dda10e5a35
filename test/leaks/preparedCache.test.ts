import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { EMAIL, MARKETING, NAME, startWorld, SUPPORT } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startWorld({
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
  });
});

afterAll(async () => await gateway.close());

const shown = (id: string) => ({ name: `canary-name-${id}`, email: `canary-email-${id}@example.com` });
const hidden = { name: NAME, email: EMAIL };

const callers = [
  { who: 'nobody in particular', caller: {}, users: [hidden, hidden] },
  { who: 'support', caller: SUPPORT, users: [shown('1'), shown('2')] },
  { who: 'marketing', caller: MARKETING, users: [shown('1'), hidden] },
  {
    who: 'the same client for another purpose',
    caller: { client: 'support-desk', purpose: 'service.support.callback' },
    users: ['1', '2'].map((id) => ({ ...hidden, name: shown(id).name })),
  },
];

describe('what was prepared for one profile serves no other, whoever comes first', () => {
  const query = 'query ($all: Boolean! = true) { users { name @include(if: $all) email } }';
  const pairs = callers.flatMap((first) => callers.map((second) => ({ first, second })));
  it.each(pairs)('$first.who, then $second.who', async ({ first, second }) => {
    expect((await gateway.send({ query, ...first.caller })).data).toEqual({ users: first.users });
    expect((await gateway.send({ query, ...second.caller })).data).toEqual({ users: second.users });
  });

  it('nor another outcome of its conditions', async () => {
    const some = await gateway.send({ query, variables: { all: false }, ...SUPPORT });
    expect(some.data).toEqual({ users: [{ email: shown('1').email }, { email: shown('2').email }] });
    const all = await gateway.send({ query, variables: { all: true }, ...MARKETING });
    expect(all.data).toEqual({ users: [shown('1'), hidden] });
  });

  it('nor another operation of the same document', async () => {
    const two = 'query A { me { label } } query B { me { email } }';
    expect((await gateway.send({ query: two, operationName: 'A' })).data).toEqual({
      me: { label: 'user 2' },
    });
    expect((await gateway.send({ query: two, operationName: 'B' })).data).toEqual({ me: { email: EMAIL } });
  });

  it('nor anybody at the same time', async () => {
    const answers = await Promise.all(
      [...callers, ...callers].map(async ({ caller }) => await gateway.send({ query, ...caller })),
    );
    expect(answers.map(({ data }) => data)).toEqual([...callers, ...callers].map(({ users }) => ({ users })));
  });
});
