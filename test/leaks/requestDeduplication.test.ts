import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestGateway } from '../gatewayHarness.ts';
import { EMAIL, MARKETING, NAME, startWorld, SUPPORT } from './world.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startWorld({
    states: { 'user:1': { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] } },
  });
});

afterAll(async () => await gateway.close());

beforeEach(() => gateway.forget());

const query = '{ users { name email } }';
const shown = (id: string) => ({ name: `canary-name-${id}`, email: `canary-email-${id}@example.com` });
const hidden = { name: NAME, email: EMAIL };

const callers = [
  { caller: SUPPORT, users: [shown('1'), shown('2')] },
  { caller: MARKETING, users: [shown('1'), hidden] },
  { caller: {}, users: [hidden, hidden] },
];

describe('callers who ask the same at the same time', () => {
  it('are each answered for themselves', async () => {
    const all = Array.from({ length: 8 }, () => callers).flat();
    const answers = await Promise.all(
      all.map(async ({ caller }) => await gateway.send({ query, ...caller })),
    );
    expect(answers.map(({ data }) => data)).toEqual(all.map(({ users }) => ({ users })));
  });

  it('are each asked for at the subgraphs, the same caller too', async () => {
    await Promise.all(
      [SUPPORT, SUPPORT, MARKETING].map(async (caller) => await gateway.send({ query, ...caller })),
    );
    const together = gateway.sent('accounts').length;
    gateway.forget();
    for (const caller of [SUPPORT, SUPPORT, MARKETING]) await gateway.send({ query, ...caller });
    expect(together).toBe(gateway.sent('accounts').length);
    expect(gateway.sent('accounts').filter((request) => request.query.includes('users'))).toHaveLength(3);
  });

  it('are each recorded', async () => {
    const before = gateway.audited().length;
    await Promise.all(callers.map(async ({ caller }) => await gateway.send({ query, ...caller })));
    const lines = gateway.audited().slice(before);
    expect(lines).toHaveLength(callers.length);
    expect(new Set(lines.map((line) => /"purpose":("[^"]*"|null)/.exec(line)?.[1]))).toEqual(
      new Set(['"service.support"', '"marketing.recommendation"', 'null']),
    );
  });

  it('write each for themselves', async () => {
    const touch = 'mutation { touch(id: "1") { name } }';
    const answers = await Promise.all(
      [SUPPORT, SUPPORT, {}].map(async (caller) => await gateway.send({ query: touch, ...caller })),
    );
    expect(answers.map(({ data }) => data)).toEqual([
      { touch: { name: shown('1').name } },
      { touch: { name: shown('1').name } },
      { touch: { name: NAME } },
    ]);
    expect(gateway.sent('accounts').filter((request) => request.query.startsWith('mutation'))).toHaveLength(
      3,
    );
  });
});

it('one request that asks for the same objects twice is shown them for one purpose', async () => {
  const { data } = await gateway.send({ query: '{ a: users { name } b: users { email } }', ...MARKETING });
  expect(data).toEqual({
    a: [{ name: shown('1').name }, { name: NAME }],
    b: [{ email: shown('1').email }, { email: EMAIL }],
  });
});
