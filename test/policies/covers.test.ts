import { describe, expect, it } from 'vitest';
import { covers } from '../../policies/covers.ts';
import { nearest } from '../../policies/nearest.ts';

describe('covers', () => {
  it.each([
    { name: 'itself', given: ['service', 'service'], expected: true },
    { name: 'a child', given: ['service', 'service.support'], expected: true },
    { name: 'a grandchild', given: ['service', 'service.support.callback'], expected: true },
    { name: 'no namesake', given: ['service', 'services'], expected: false },
    { name: 'no parent', given: ['service.support', 'service'], expected: false },
    { name: 'no sibling', given: ['service.support', 'service.operation'], expected: false },
    { name: 'no other case', given: ['service', 'Service.support'], expected: false },
    { name: 'nothing covers all', given: ['', 'service'], expected: false },
    { name: 'nor what starts with a dot', given: ['', '.service'], expected: false },
    { name: 'no wildcard', given: ['*', 'service'], expected: false },
  ])('$name: $given', ({ given: [ancestor = '', key = ''], expected }) => {
    expect(covers(ancestor, key)).toBe(expected);
  });
});

describe('nearest', () => {
  const entries = new Map([
    ['service', 'a'],
    ['service.support', 'b'],
  ]);
  it.each([
    { name: 'its own', given: 'service.support', expected: 'b' },
    { name: "its parent's", given: 'service.operation', expected: 'a' },
    { name: 'the nearer of two', given: 'service.support.callback.now', expected: 'b' },
    { name: 'none', given: 'services', expected: undefined },
    { name: 'none of nothing', given: '', expected: undefined },
    { name: 'none of dots', given: '..', expected: undefined },
  ])('$name', ({ given, expected }) => {
    expect(nearest(entries, given)).toBe(expected);
  });
});
