import { describe, expect, it } from 'vitest';
import { pathsOf, rowsAt, type PathStep } from '../../../gateway/execute/rowsAt.ts';

const at = (...steps: (string | [string, ...string[]])[]): PathStep[] =>
  steps.map((step) => {
    const [key, ...types] = typeof step === 'string' ? [step] : step;
    return { key: key === '@' ? null : key, types: types.length === 0 ? null : new Set(types) };
  });

const cat = { __typename: 'Cat', n: 1 };
const dog = { __typename: 'Dog', n: 2 };
const row = { n: 3 };

describe('rows', () => {
  it.each([
    { name: 'below a key', given: { a: row }, path: at('a'), expected: [row] },
    {
      name: 'of a list, without nulls',
      given: { a: [row, null, cat] },
      path: at('a', '@'),
      expected: [row, cat],
    },
    {
      name: 'of lists of lists',
      given: { a: [[row], null, [], [cat]] },
      path: at('a', '@', '@'),
      expected: [row, cat],
    },
    { name: 'of one type', given: { a: [cat, dog, row] }, path: at('a', ['@', 'Cat']), expected: [cat] },
    {
      name: 'of some types, without a list',
      given: { a: dog },
      path: at(['a', 'Cat', 'Dog']),
      expected: [dog],
    },
    { name: 'of none of some types', given: { a: dog }, path: at(['a', 'Cat']), expected: [] },
    {
      name: 'of lists of lists, by type',
      given: { a: [[cat, dog]] },
      path: at('a', ['@', 'Dog'], ['@', 'Dog']),
      expected: [dog],
    },
    { name: 'where a list is none', given: { a: row }, path: at('a', '@'), expected: [] },
    { name: 'where an object is a list', given: { a: [row] }, path: at('a'), expected: [] },
    { name: 'where there is nothing', given: { a: 'x' }, path: at('a', 'b'), expected: [] },
    { name: 'below what every object has', given: {}, path: at('constructor'), expected: [] },
  ])('$name', ({ given, path, expected }) => {
    expect(rowsAt([given], path)).toEqual(expected);
  });
});

describe('paths of rows', () => {
  it.each([
    {
      name: 'in lists',
      given: { a: [row, null, cat] },
      path: ['a', '@'],
      wanted: [cat],
      expected: [['a', 2]],
    },
    {
      name: 'in lists of lists',
      given: { a: [[], [dog, cat]] },
      path: ['a', '@', '@'],
      wanted: [cat, dog],
      expected: [
        ['a', 1, 0],
        ['a', 1, 1],
      ],
    },
    { name: 'of the root', given: row, path: [], wanted: [row], expected: [[]] },
    { name: 'of what is not there', given: { a: null }, path: ['a', '@'], wanted: [cat], expected: [] },
  ])('$name', ({ given, path, wanted, expected }) => {
    expect([...pathsOf(given, path, new Set(wanted)).values()]).toEqual(expected);
  });
});
