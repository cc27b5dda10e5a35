import { describe, expect, it } from 'vitest';
import { createBudget } from '../../../gateway/candidate/budget.ts';
import { createChanges, keyOf, type Change } from '../../../gateway/candidate/changes.ts';

const changeAt = (coordinate: string): Change => ({
  coordinate,
  client: 'support-desk',
  from: 'denied',
  to: 'full',
  direction: 'more',
});

const found = (...changes: readonly Change[]) =>
  new Map(changes.map((change) => [keyOf(change), { change, values: 2 }]));

describe('what a candidate is allowed', () => {
  it('is a share of the time: what it has spent must pass first', () => {
    let now = 0;
    const budget = createBudget(0.1, () => now);
    expect(budget.hasLeft()).toBe(true);
    budget.spend(150);
    expect(budget.hasLeft()).toBe(false);
    now += 499;
    expect(budget.hasLeft()).toBe(false);
    now += 2;
    expect(budget.hasLeft()).toBe(true);
  });

  it('is not saved up over a quiet night', () => {
    let now = 0;
    const budget = createBudget(0.1, () => now);
    now += 3_600_000;
    expect(budget.hasLeft()).toBe(true);
    budget.spend(101);
    expect(budget.hasLeft()).toBe(false);
  });

  it('is a number of changes that are kept apart; the others are one', () => {
    const changes = createChanges(2);
    for (let turn = 0; turn < 5; turn++)
      changes.add(found(changeAt('A.a'), changeAt('B.b'), changeAt('C.c')));
    changes.add(found(changeAt('D.d')));
    expect(
      changes
        .list()
        .map(({ coordinate, client, requests, values }) => ({ coordinate, client, requests, values })),
    ).toEqual([
      { coordinate: '(others)', client: '(others)', requests: 6, values: 12 },
      { coordinate: 'A.a', client: 'support-desk', requests: 5, values: 10 },
      { coordinate: 'B.b', client: 'support-desk', requests: 5, values: 10 },
    ]);
    changes.clear();
    expect(changes.list()).toEqual([]);
  });
});
