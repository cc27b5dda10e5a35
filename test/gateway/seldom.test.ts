import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seldom } from '../../gateway/seldom.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the same is said once in a while, and how often it was not; what is new at once', () => {
  const told: unknown[] = [];
  const tell = seldom(1_000, (error, unsaid) => told.push([error instanceof Error && error.message, unsaid]));
  for (let turn = 0; turn < 5; turn += 1) tell(new Error('down'));
  tell(new Error('late'));
  vi.advanceTimersByTime(1_000);
  tell(new Error('down'));
  tell(new Error('down'));
  expect(told).toEqual([
    ['down', 0],
    ['late', 0],
    ['down', 4],
  ]);
});

test('messages that are all different are forgotten rather than kept', () => {
  let told = 0;
  const tell = seldom(1_000, () => (told += 1));
  for (let turn = 0; turn < 1_000; turn += 1) tell(new Error(`one of ${turn}`));
  expect(told).toBe(1_000);
});
