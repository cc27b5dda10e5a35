import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../policies/masks/formatOf.ts';
import { maskPolicy } from './maskPolicy.ts';

describe('formatOf', () => {
  it.each([
    { name: 'one category', given: ['contact.email'], expected: 'email' },
    { name: 'two of one format', given: ['contact.email', 'contact.backup'], expected: 'email' },
    { name: 'two of different formats', given: ['contact.email', 'usage.ip'], expected: 'text' },
    { name: 'an unknown one', given: ['contact.fax'], expected: 'text' },
    { name: 'an unknown one first', given: ['contact.fax', 'contact.email'], expected: 'text' },
    { name: 'an unknown one last', given: ['contact.email', 'contact.fax'], expected: 'text' },
    { name: 'none', given: [], expected: 'text' },
  ])('$name: $expected', ({ given, expected }) => {
    expect(formatOf(maskPolicy(), given)).toBe(expected);
  });
});
