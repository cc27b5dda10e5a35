import { expect, it } from 'vitest';
import type { Row } from '../../../gateway/execute/reading.ts';
import { applyRewrites, type Rewrite } from '../../../gateway/execute/rewrites.ts';

const key = (name: string) => ({ kind: 'key' as const, key: name });
const types = (...names: string[]) => ({ kind: 'types' as const, types: new Set(names) });
const set = (value: unknown) => ({ kind: 'set' as const, value });
const rename = (to: string) => ({ kind: 'rename' as const, to });

it.each<{ name: string; given: readonly [Row, Rewrite]; expected: string }>([
  {
    name: 'a type is set',
    given: [{ __typename: 'Book' }, { path: [types('Book')], key: '__typename', change: set('Media') }],
    expected: '{"__typename":"Media"}',
  },
  {
    name: 'another type is left',
    given: [{ __typename: 'Film' }, { path: [types('Book')], key: '__typename', change: set('Media') }],
    expected: '{"__typename":"Film"}',
  },
  {
    name: 'what does not say its type is any',
    given: [{ a: 1 }, { path: [types('Book')], key: 'a', change: set(2) }],
    expected: '{"a":2}',
  },
  {
    name: 'keys are renamed below lists of lists, whatever their values',
    given: [
      { a: [[{ x: null }], [{ x: false }, null]] },
      { path: [key('a')], key: 'x', change: rename('y') },
    ],
    expected: '{"a":[[{"y":null}],[{"y":false},null]]}',
  },
  {
    name: 'a key that is not there is not renamed',
    given: [{ y: 1 }, { path: [], key: 'x', change: rename('y') }],
    expected: '{"y":1}',
  },
  {
    name: 'what every object has is not renamed',
    given: [{}, { path: [], key: 'constructor', change: rename('y') }],
    expected: '{}',
  },
  {
    name: 'a key is renamed to what every object has',
    given: [{ x: 1 }, { path: [], key: 'x', change: rename('__proto__') }],
    expected: '{"__proto__":1}',
  },
])('$name', ({ given: [row, rewrite], expected }) => {
  applyRewrites([rewrite], row);
  expect(JSON.stringify(row)).toBe(expected);
});
