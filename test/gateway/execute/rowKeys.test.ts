import { expect, it } from 'vitest';
import { readKey, writeKey } from '../../../gateway/execute/rowKeys.ts';

it.each(['__proto__', 'constructor', 'toString', 'a'])('%s is read and written as an own property', (key) => {
  const row: Record<string, unknown> = {};
  expect(readKey(row, key)).toBeUndefined();
  writeKey(row, key, { b: 1 });
  expect(readKey(row, key)).toEqual({ b: 1 });
  expect(Object.keys(row)).toEqual([key]);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  writeKey(row, key, null);
  expect(readKey(row, key)).toBeNull();
});
