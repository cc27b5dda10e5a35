import { expect, it } from 'vitest';
import { z } from 'zod';
import { limitsOf, type Limits } from '../../../gateway/limits/limits.ts';
import { createPlanningGuard, type PlanningGuard } from '../../../gateway/limits/planningGuard.ts';
import { startGateway } from '../../gatewayHarness.ts';

const start = (limits: Partial<Limits> = {}): { guard: PlanningGuard; pass: (ms: number) => void } => {
  let now = 120_000;
  const guard = createPlanningGuard(
    limitsOf({ planningMs: 100, planningBudgetMs: 1_000, ...limits }),
    () => now,
  );
  return { guard, pass: (ms) => void (now += ms) };
};

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof Error && 'extensions' in error
      ? z.object({ code: z.string() }).parse(error.extensions).code
      : error;
  }
};

it('what takes too long is given once, and then refused for ten minutes', () => {
  const { guard, pass } = start();
  const slow = (): unknown => codeOf(() => guard.run('slow', 'a', () => (pass(150), 'plan')));
  expect([slow(), slow()]).toEqual(['plan', 'OPERATION_TOO_COSTLY']);
  expect(codeOf(() => guard.run('other', 'a', () => 'plan'))).toBe('plan');
  pass(599_000);
  expect(slow()).toBe('OPERATION_TOO_COSTLY');
  pass(2_000);
  expect(slow()).toBe('plan');
});

it('a client that has much planned comes again later, and no other one does', () => {
  const { guard, pass } = start();
  const plans = (client: string): unknown[] =>
    Array.from({ length: 30 }, (_, at) =>
      codeOf(() => guard.run(`${client}${at}`, client, () => (pass(90), 'plan'))),
    );
  const got = plans('a');
  expect(got.filter((each) => each === 'plan').length).toBe(12);
  expect(got.at(-1)).toBe('RATE_LIMITED');
  expect(codeOf(() => guard.run('x', 'b', () => 'plan'))).toBe('plan');
  pass(120_000);
  expect(codeOf(() => guard.run('x', 'a', () => 'plan'))).toBe('plan');
});

it('what fails counts, and is told as it is', () => {
  const { guard, pass } = start();
  const failing = (): never => {
    pass(2_000);
    throw new Error('own words');
  };
  expect(() => guard.run('x', 'a', failing)).toThrow('own words');
  expect(codeOf(() => guard.run('y', 'a', () => 'plan'))).toBe('RATE_LIMITED');
});

const shared = (name: string): { name: string; typeDefs: string } => ({
  name,
  typeDefs:
    'type Query { t: T @shareable } type T @key(fields: "id") { id: ID! u: T @shareable a: Int @shareable }',
});

it('an operation with too many ways is refused over a running gateway, and quotes nothing', async () => {
  const gateway = await startGateway({
    subgraphs: ['one', 'two', 'three'].map(shared),
    override: { limits: { planPaths: 2 } },
  });
  try {
    const { status, errors } = await gateway.send({ query: '{ t { u { u { a } } } }' });
    expect([status, errors]).toMatchObject([400, [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }]]);
  } finally {
    await gateway.close();
  }
});
