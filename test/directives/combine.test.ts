import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combine, minimalKeys, NEUTRAL } from '../../directives/combine.ts';
import type { Terms } from '../../directives/combine.ts';
import { covers } from '../../policies/covers.ts';

const key = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('.'));
const keys = fc.array(key, { maxLength: 4 });
const subject = fc.record({
  path: fc.array(fc.constantFrom('id', 'owner', 'sender'), { minLength: 1, maxLength: 2 }),
  namespace: fc.constantFrom(null, '', 'user'),
  unresolved: fc.boolean(),
});
/** Terms as annotations give them: `combine` has made them canonical once. */
const terms: fc.Arbitrary<Terms> = fc
  .record({
    categories: keys,
    allow: fc.option(keys),
    deny: keys,
    masks: fc.array(fc.constantFrom('email', 'partial', 'name'), { maxLength: 3 }),
    otherwise: fc.constantFrom('mask' as const, 'reject' as const),
    subjects: fc.array(subject, { maxLength: 3 }),
    enclosing: fc.boolean(),
    sources: keys,
  })
  .map((raw) => combine(raw, raw));

const allows = (allow: readonly string[] | null, purpose: string): boolean =>
  allow === null || allow.some((allowed) => covers(allowed, purpose));

describe('combine', () => {
  test('is commutative', () => {
    fc.assert(
      fc.property(terms, terms, (a, b) => {
        expect(combine(a, b)).toEqual(combine(b, a));
      }),
    );
  });

  test('is associative', () => {
    fc.assert(
      fc.property(terms, terms, terms, (a, b, c) => {
        expect(combine(combine(a, b), c)).toEqual(combine(a, combine(b, c)));
      }),
    );
  });

  test('is idempotent, and neutral demands nothing', () => {
    fc.assert(
      fc.property(terms, (a) => {
        expect(combine(a, a)).toEqual(a);
        expect(combine(a, NEUTRAL)).toEqual(a);
        expect(combine(NEUTRAL, a)).toEqual(a);
      }),
    );
  });

  test('allows exactly what both allow', () => {
    fc.assert(
      fc.property(terms, terms, key, (a, b, purpose) => {
        expect(allows(combine(a, b).allow, purpose)).toBe(
          allows(a.allow, purpose) && allows(b.allow, purpose),
        );
      }),
    );
  });

  test('never demands less than either', () => {
    fc.assert(
      fc.property(terms, terms, (a, b) => {
        const both = combine(a, b);
        expect(both.categories).toEqual(expect.arrayContaining([...a.categories, ...b.categories]));
        expect(both.deny).toEqual(expect.arrayContaining([...a.deny, ...b.deny]));
        expect(both.subjects).toEqual(expect.arrayContaining([...a.subjects, ...b.subjects]));
        expect(both.masks).toEqual(expect.arrayContaining([...a.masks, ...b.masks]));
        expect(both.enclosing).toBe(a.enclosing || b.enclosing);
        expect(both.otherwise === 'reject').toBe(a.otherwise === 'reject' || b.otherwise === 'reject');
      }),
    );
  });

  test('keeps what else the first one carries', () => {
    const a = { ...NEUTRAL, coordinate: 'User.a', categories: ['x'] };
    expect(combine(a, { ...a, coordinate: 'User.b', categories: ['y'] })).toMatchObject({
      coordinate: 'User.a',
      categories: ['x', 'y'],
    });
  });

  const intersections = [
    { name: 'a purpose and its child', a: ['a'], b: ['a.b'], expected: ['a.b'] },
    { name: 'siblings', a: ['a.b'], b: ['a.c'], expected: [] },
    { name: 'the policy leaves it open', a: null, b: ['a.b'], expected: ['a.b'] },
    { name: 'nothing allowed', a: [], b: ['a'], expected: [] },
    { name: 'no mere prefix', a: ['a'], b: ['ab'], expected: [] },
    { name: 'several', a: ['a', 'b.c'], b: ['a.x', 'a.y', 'b'], expected: ['a.x', 'a.y', 'b.c'] },
  ];
  test.each(intersections)('allow: $name', ({ a, b, expected }) => {
    expect(
      combine({ ...NEUTRAL, allow: a, deny: ['z'] }, { ...NEUTRAL, allow: b, deny: ['z'] }).allow,
    ).toEqual(expected);
  });
});

test('minimalKeys drops what another key covers', () => {
  expect(minimalKeys(['c', 'a.b', 'a', 'a', 'ab'])).toEqual(['a', 'ab', 'c']);
});
